using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing;

public sealed class GuardedSignerTests
{
    [TestCaseSource(typeof(GuardCorpus), nameof(GuardCorpus.ItsJob))]
    public async Task S0_14_signs_what_is_its_job(Transaction transaction)
    {
        using GuardedSigner signer = Signer(GuardJob.Limits);

        SignedTransaction signed = await signer.SignAsync(transaction, CancellationToken.None);

        Assert.That(signed.RecoverSender(), Is.EqualTo(GuardJob.Signer));
        Assert.That(signed.Transaction, Is.SameAs(transaction));
    }

    [TestCaseSource(typeof(GuardCorpus), nameof(GuardCorpus.NotItsJob))]
    public void S0_14_refuses_what_is_not(Transaction transaction, SignerGuardReason reason)
    {
        using GuardedSigner signer = Signer(GuardJob.Limits);

        Assert.That(() => SignAsync(signer, transaction), Refuses(reason));
    }

    [Test]
    public void The_corpus_covers_every_reason()
    {
        SignerGuardReason[] covered = [.. GuardCorpus.NotItsJob.Select(test => (SignerGuardReason)test.Arguments[1]!).Distinct()];

        // The others have tests of their own below: they depend on what happened before.
        Assert.That(
            Enum.GetValues<SignerGuardReason>().Except(covered),
            Is.EquivalentTo(new[] { SignerGuardReason.NonceUnknown, SignerGuardReason.TooOften, SignerGuardReason.TooMuchPerDay }));
        Assert.That(GuardCorpus.NotItsJob.Count(), Is.GreaterThanOrEqualTo(50));
        Assert.That(GuardCorpus.ItsJob.Count(), Is.GreaterThanOrEqualTo(15));
    }

    [Test]
    public void Refuses_until_the_nonce_of_the_account_was_told()
    {
        using GuardedSigner signer = new(
            new NamedSigner("Key", new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[0].PrivateKey))), GuardJob.Limits, new TransferBudget(TimeProvider.System), TimeProvider.System, NullLogger<GuardedSigner>.Instance);

        Assert.That(() => SignAsync(signer, GuardJob.Bundle()), Refuses(SignerGuardReason.NonceUnknown));
    }

    [Test]
    public async Task The_window_moves_with_the_account()
    {
        using GuardedSigner signer = Signer(GuardJob.Limits);
        FeeMarketTransaction ahead = GuardJob.Bundle() with { Nonce = GuardJob.Nonce + 40 };
        Assert.That(() => SignAsync(signer, ahead), Refuses(SignerGuardReason.NonceFarAhead));

        signer.ObserveNonce(GuardJob.Nonce + 40);

        Assert.That((await SignAsync(signer, ahead)).RecoverSender(), Is.EqualTo(GuardJob.Signer));
    }

    [Test]
    public async Task Signs_so_many_within_a_minute_and_goes_on_in_the_next()
    {
        ManualTimeProvider clock = new();
        using GuardedSigner signer = Signer(GuardJob.Limits with { MaxPerMinute = 3 }, clock);
        for (int i = 0; i < 3; i++)
        {
            await SignAsync(signer, GuardJob.Bundle());
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(() => SignAsync(signer, GuardJob.Bundle()), Refuses(SignerGuardReason.TooOften));

        clock.Advance(TimeSpan.FromSeconds(30));
        await SignAsync(signer, GuardJob.Bundle());
        Assert.That(() => SignAsync(signer, GuardJob.Bundle()), Refuses(SignerGuardReason.TooOften));
    }

    [Test]
    public async Task What_is_refused_does_not_count_against_the_rate()
    {
        using GuardedSigner signer = Signer(GuardJob.Limits with { MaxPerMinute = 1 });
        Assert.That(() => SignAsync(signer, GuardJob.Bundle() with { ChainId = 1 }), Refuses(SignerGuardReason.ForeignChain));

        Assert.That((await SignAsync(signer, GuardJob.Bundle())).RecoverSender(), Is.EqualTo(GuardJob.Signer));
    }

    [Test]
    public async Task No_more_than_the_cap_is_transferred_within_any_day_by_all_keys_together()
    {
        ManualTimeProvider clock = new();
        TransferBudget budget = new(clock);
        using GuardedSigner signer = Signer(GuardJob.Limits, clock, budget: budget);
        FeeMarketTransaction sweep = GuardJob.Sweep() with { Value = GuardJob.Ether * 10 };
        await SignAsync(signer, sweep);
        clock.Advance(TimeSpan.FromHours(1));
        budget.Count(GuardJob.OtherSigner, 7, GuardJob.Treasury, GuardJob.Ether * 10, clock.GetUtcNow());

        Assert.That(() => SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 1 }), Refuses(SignerGuardReason.TooMuchPerDay));
        await SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 1, Value = GuardJob.Ether * 5 });
        Assert.That(() => SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 2, Value = UInt256.One }), Refuses(SignerGuardReason.TooMuchPerDay));
        await SignAsync(signer, GuardJob.TopUp() with { Nonce = GuardJob.Nonce + 3 });

        clock.Advance(TimeSpan.FromHours(23.5));
        await SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 4 });
    }

    [Test]
    public async Task A_replaced_transfer_counts_once()
    {
        using GuardedSigner signer = Signer(GuardJob.Limits);
        FeeMarketTransaction sweep = GuardJob.Sweep() with { Value = GuardJob.Ether * 10 };
        for (int i = 0; i < 5; i++)
        {
            await SignAsync(signer, sweep with { MaxFeePerGas = GuardJob.Gwei * (1 + i) });
        }

        await SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 1 });
        Assert.That(() => SignAsync(signer, sweep with { Nonce = GuardJob.Nonce + 2 }), Refuses(SignerGuardReason.TooMuchPerDay));
    }

    [Test]
    public async Task The_funding_signer_tops_up_and_signs_no_bundles_and_no_other_key_tops_up()
    {
        SignerGuardLimits limits = GuardJob.Limits with { FundingSigner = GuardJob.Signer };
        using GuardedSigner funding = Signer(limits.Of(GuardJob.Signer));
        using GuardedSigner bundler = Signer((limits with { FundingSigner = GuardJob.OtherSigner }).Of(GuardJob.Signer));

        Assert.That((funding.SendsBundles, bundler.SendsBundles), Is.EqualTo((false, true)));
        await SignAsync(funding, GuardJob.TopUp());
        await SignAsync(bundler, GuardJob.Bundle());
        await SignAsync(bundler, GuardJob.Sweep());
        Assert.That(() => SignAsync(funding, GuardJob.Bundle()), Refuses(SignerGuardReason.ForeignTarget));
        Assert.That(() => SignAsync(bundler, GuardJob.TopUp()), Refuses(SignerGuardReason.ForeignTarget));
    }

    [Test]
    public async Task Without_a_list_of_beneficiaries_anybody_may_be_one()
    {
        using GuardedSigner signer = Signer(GuardJob.Limits with { Beneficiaries = null });

        SignedTransaction signed = await SignAsync(signer, GuardJob.Bundle() with { Data = GuardJob.Call(0x765e827f, GuardJob.Stranger) });

        Assert.That(signed.RecoverSender(), Is.EqualTo(GuardJob.Signer));
    }

    [Test]
    public void Every_refusal_is_an_alert_with_its_reason()
    {
        LogList log = new();
        using GuardedSigner signer = Signer(GuardJob.Limits, logger: log);

        Assert.That(() => SignAsync(signer, GuardJob.Sweep() with { To = GuardJob.Stranger }), Refuses(SignerGuardReason.ForeignTarget));

        Assert.That(log.Entries, Has.Count.EqualTo(1));
        Assert.That((log.Entries[0].Level, log.Entries[0].Id), Is.EqualTo((LogLevel.Critical, 8001)));
        Assert.That(log.Entries[0].Text, Does.Contain("ForeignTarget").And.Contain(GuardJob.Stranger.ToString()));
    }

    [TestCaseSource(typeof(EntryPointCatalog), nameof(EntryPointCatalog.Canonical))]
    public async Task The_selectors_are_those_of_the_EntryPoints(EntryPoint entryPoint)
    {
        GuardedEntryPoint guarded = entryPoint.Version == EntryPointVersion.V06
            ? GuardedEntryPoint.OfV06(entryPoint.Address)
            : GuardedEntryPoint.OfV07(entryPoint.Address);
        using GuardedSigner signer = Signer(GuardJob.Limits with { EntryPoints = [guarded] });
        Bytes[] calls = [entryPoint.Bundles.EncodeHandleOps([], GuardJob.Signer), entryPoint.Bundles.EncodeHandleAggregatedOps([], GuardJob.Signer)];

        foreach (Bytes call in calls)
        {
            SignedTransaction signed = await SignAsync(signer, GuardJob.Bundle() with { To = entryPoint.Address, Data = call });
            Assert.That(signed.RecoverSender(), Is.EqualTo(GuardJob.Signer));
        }
    }

    private static GuardedSigner Signer(SignerGuardLimits limits, TimeProvider? clock = null, ILogger<GuardedSigner>? logger = null, TransferBudget? budget = null)
    {
        GuardedSigner signer = new(
            new NamedSigner("Key", new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[0].PrivateKey))),
            limits,
            budget ?? new TransferBudget(clock ?? TimeProvider.System),
            clock ?? TimeProvider.System,
            logger ?? NullLogger<GuardedSigner>.Instance);
        signer.ObserveNonce(GuardJob.Nonce);
        return signer;
    }

    private static async Task<SignedTransaction> SignAsync(GuardedSigner signer, Transaction transaction) =>
        await signer.SignAsync(transaction, CancellationToken.None);

    private static NUnit.Framework.Constraints.IResolveConstraint Refuses(SignerGuardReason reason) =>
        Throws.TypeOf<SignerGuardException>().With.Property(nameof(SignerGuardException.Refusal)).Property(nameof(SignerGuardRefusal.Reason)).EqualTo(reason);

    private sealed class LogList : ILogger<GuardedSigner>
    {
        public List<(LogLevel Level, int Id, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
