using System.Globalization;
using System.Text.RegularExpressions;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>What the ledger of grants says was charged is what the chain has taken from the deposits, to the wei.</summary>
[TestFixture(StorageKind.Sqlite)]
[TestFixture(StorageKind.Postgres)]
public sealed partial class SponsoredLedgerTests(StorageKind kind)
{
    private const int AtATime = 6;

    private static readonly EntryPointVersion[] _versions = [EntryPointVersion.V06, EntryPointVersion.V07, EntryPointVersion.V08, EntryPointVersion.V09];
    private static readonly UInt256 _deposited = 2_000_000_000_000_000_000;

    [Test]
    public Task Row_27_after_failures_replacements_expiries_and_a_reorganisation_the_ledger_is_the_chain_to_the_wei() => RunAsync(walletsOfEach: 10, rounds: 5);

    /// <summary>scripts/bench sponsored.</summary>
    [Test]
    [Explicit]
    [Category("Sponsored")]
    public Task The_ledger_is_the_chain_to_the_wei_over_1000_sponsored_operations() => RunAsync(walletsOfEach: 25, rounds: 10);

    private async Task RunAsync(int walletsOfEach, int rounds)
    {
        long start = TimeProvider.System.GetTimestamp();
        using NodeStore store = await NodeStore.CreateAsync(kind);
        await using SponsoredRig rig = await SponsoredRig.StartAsync([.. store.Arguments, .. Wide()]);
        List<SimpleAccountWallet> wallets = [];
        foreach (int i in Enumerable.Range(0, walletsOfEach * _versions.Length))
        {
            wallets.Add(await rig.WalletAsync(_versions[i % _versions.Length], i));
        }

        for (int round = 0; round < rounds; round++)
        {
            bool isUndone = round == rounds / 2;
            if (isUndone)
            {
                // Blocks of bundles alone: the last three have operations in them.
                await rig.Chain.RpcAsync("evm_setIntervalMining", 0);
                await rig.Chain.RpcAsync("evm_setAutomine", true);
            }

            await SendRoundAsync(rig, wallets, round);
            await rig.IncludedAsync();
            if (isUndone)
            {
                await rig.Chain.RpcAsync("anvil_reorg", 3, Array.Empty<object>());
                await rig.Chain.RpcAsync("evm_setIntervalMining", 1);
                await Eventually.Async(
                    () => Task.FromResult(OperationsUndone().IsMatch(rig.Node.Output)), Eventually.Patience, $"granted operations left the chain; {rig.Node.Output}");
                await rig.IncludedAsync();
            }
        }

        Assert.That(await rig.FailedAsync(), Is.GreaterThan(0), "some have failed, and were paid for");
        foreach (SimpleAccountWallet wallet in wallets.Take(_versions.Length))
        {
            await rig.GrantedAsync(wallet, await rig.OperationAsync(wallet, rounds));
        }

        UInt256 outstanding = await rig.LivingAsync(rig.Paymasters[0].Paymaster);
        await rig.OutliveGrantsAsync();

        Assert.That(outstanding, Is.GreaterThan(UInt256.Zero), "what was granted and not sent counts");
        Assert.That(rig.Accepted.Count, Is.EqualTo(walletsOfEach * _versions.Length * rounds));
        foreach ((Address paymaster, EntryPoint entryPoint) in rig.Paymasters)
        {
            await Eventually.Async(
                async () => (await rig.LivingAsync(paymaster)).IsZero, Eventually.Patience, $"all grants of {paymaster} are over; {rig.Node.Output}");
            UInt256 charged = SponsoredRig.Wei((await rig.LedgerAsync()).GetProperty(paymaster.ToString()), "chargedWei");
            Assert.That(charged, Is.EqualTo(_deposited - await rig.DepositAsync(paymaster, entryPoint)), $"{entryPoint.Version}");
            Assert.That((await rig.LedgerAsync()).GetProperty(paymaster.ToString()).GetProperty("operations").GetInt32(), Is.EqualTo(walletsOfEach * rounds));
        }

        Assert.That(rig.Node.Output, Does.Not.Contain("ALARM"));
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"sponsored  {kind}: {rig.Accepted.Count} operations in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F0} s, the ledger is the chain to the wei"));
    }

    private static Task SendRoundAsync(SponsoredRig rig, IReadOnlyList<SimpleAccountWallet> wallets, int round) => Parallel.ForEachAsync(
        Enumerable.Range(0, wallets.Count),
        new ParallelOptions { MaxDegreeOfParallelism = AtATime },
        async (index, _) =>
        {
            SimpleAccountWallet wallet = wallets[index];
            UserOperation granted = await rig.GrantedAsync(wallet, await rig.OperationAsync(wallet, round));
            await rig.SendAsync(wallet, (index + round) % 5 == 0 ? await rig.FailingAsync(wallet, granted) : granted);
        });

    [GeneratedRegex("reorganised below block [0-9]+: [0-9]+ blocks left it with [1-9][0-9]* operations")]
    private static partial Regex OperationsUndone();

    private static IEnumerable<string> Wide() => new[] { "v06", "v07", "v08", "v09" }.SelectMany(name => new[]
    {
        $"--Bundler:Sponsor:Paymasters:{name}:MaxWeiPerHour=2000000000000000000",
        $"--Bundler:Sponsor:Paymasters:{name}:MaxWeiPerDay=2000000000000000000",
    });
}
