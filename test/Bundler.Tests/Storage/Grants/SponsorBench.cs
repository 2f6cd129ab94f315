using System.Globalization;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Signing.LocalKey;
using Bundler.Storage.Grants;
using Bundler.Testing;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Grants;

/// <summary>
/// scripts/bench sponsor: how long a decision takes once the facts of the chain are there, with a local key: the rules, the reservation with every limit set, the signature behind its guard, and the
/// signature stored.
/// </summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
[Explicit]
[Category("Sponsor")]
public sealed class SponsorBench<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const int Decisions = 2_000;

    private readonly PrivateKey _key = PrivateKey.Generate();

    [TearDown]
    public void Forget() => _key.Dispose();

    [TestCase(1)]
    [TestCase(8)]
    public async Task How_long_a_decision_takes(int callers)
    {
        TimeProvider clock = TimeProvider.System;
        SqlGrantStore grants = Grants;
        await BeatAsync(clock.GetUtcNow());
        PaymasterOptions options = new() { MaxPerHour = 1_000_000, MaxPerDay = 1_000_000, MaxPerSenderPerHour = 1_000, MaxWeiPerSenderPerDay = "1000000000000000000" };
        SponsoredPaymaster paymaster = Paymaster(options);
        SponsorRules rules = new(Microsoft.Extensions.Options.Options.Create(new SponsorOptions()));
        GrantLimits limits = new(paymaster.Budgets, UInt256.MaxValue);
        double[] waits = new double[Decisions];
        await Parallel.ForEachAsync(Enumerable.Range(0, Decisions), new ParallelOptions { MaxDegreeOfParallelism = callers }, async (number, token) =>
        {
            UserOperation operation = Operation(number);
            long asked = clock.GetTimestamp();
            Assert.That(rules.Check(new SponsorQuestion(paymaster, operation, 50_000, new FeeLevel(1_000, 100))), Is.Null);
            GrantRequest request = Asked.Request(number, 100, at: clock.GetUtcNow()) with
            {
                CoreHash = paymaster.Codec.HashOf(operation, paymaster.Site, default, default), Paymaster = paymaster.Address, Sender = Asked.Sender(number % 500),
            };
            Grant grant = ((Reservation.Reserved)await grants.ReserveAsync(request, limits, token)).Grant;
            GrantTerms terms = new(request.ValidUntil, request.ValidAfter, grant.Id);
            Hash32 digest = paymaster.Codec.DigestOf(paymaster.Codec.HashOf(operation, paymaster.Site, terms, default));
            Bytes signature = await paymaster.Signer.SignAsync(
                new GrantToSign(1, paymaster.Address, request.Worst, terms.ValidAfter, terms.ValidUntil, GrantSlot.NameOf(request), digest), token);
            await grants.SignedAsync(grant.Id, new SignedGrant(signature, paymaster.Site.EntryPoint.Hash(operation, 1, default)), token);
            waits[number] = clock.GetElapsedTime(asked).TotalMilliseconds;
        });

        double[] sorted = [.. waits.Order()];
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"sponsor  {typeof(TDatabase).Name.Replace("TestDatabase", "", StringComparison.Ordinal),-9} a decision of {callers} callers takes {sorted[Decisions / 2]:F1} ms, p95 {sorted[Decisions * 95 / 100]:F1} ms, p99 {sorted[Decisions * 99 / 100]:F1} ms"));
    }

    private SponsoredPaymaster Paymaster(PaymasterOptions options)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        GrantGuardLimits guard = new GrantGuardOptions { LongestWindowSeconds = 7_200, MaxPerMinute = 100_000 }.ToLimits(
            1, new Dictionary<Address, Address> { [Asked.Paymaster] = _key.Address });
        GrantSigner signer = new(new NamedSigner("KeyFile:1", new LocalKeySigner(_key)), guard, TimeProvider.System, NullLogger<GrantSigner>.Instance);
        return new SponsoredPaymaster(
            "mine", new GrantSite(entryPoint, Asked.Paymaster, 1), GrantCodecCatalog.Find(NodeGrantCodec.Name, EntryPointVersion.V07)!, signer, options.Budgets(), AcceptsUnknownCode: false);
    }

    private static UserOperation Operation(int number) => A.UserOperation() with
    {
        Nonce = (ulong)number,
        CallData = Bytes.From(new byte[196]),
        PreVerificationGas = 50_000,
        MaxFeePerGas = 1_000,
        MaxPriorityFeePerGas = 100,
        PaymasterVerificationGasLimit = SponsoredPaymaster.VerificationGasFor(196),
        PaymasterPostOpGasLimit = 0,
        Factory = null,
        FactoryData = Bytes.Empty,
    };
}
