using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Keys that somebody else uses, that a service keeps or that have no money.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardKeysTests : IDisposable
{
    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task A_foreign_transaction_with_the_nonce_gives_the_operations_back_and_the_next_bundle_gets_the_next_nonce()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        _lives.Chain.Forget();
        _lives.Chain.SetNonce(_signer, 1);
        await room.PassAsync(8);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contains("taken by another transaction"));
        Assert.That(room.Signers.TryLease(), Is.Null, "whoever sent it may send more");
        await room.PassAsync(32);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task A_nonce_that_was_foreign_before_sending_costs_one_refusal()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        _lives.Chain.SetNonce(_signer, 3);
        await room.SubmitAsync(_one);

        Assert.That(room.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(_lives.Chain.Node.CountOf("eth_sendRawTransaction"), Is.EqualTo(1));
        await room.PassAsync(33);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task A_gap_that_a_lie_about_the_nonce_made_is_filled_and_the_bundle_is_mined()
    {
        _lives.Chain.SetNonce(_signer, 2);
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        _lives.Chain.SetNonce(_signer, 0);
        await room.PassAsync(9);
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.To == _signer), Is.EqualTo(new[] { true, true, false }));
        Assert.That(room.ReadOutcomes().Where(outcome => outcome is not SubmissionOutcome.Sent).Single(), Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(await _lives.Store.LoadOpenAsync(CancellationToken.None), Is.Empty);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task A_key_that_does_not_sign_gives_its_bundle_back_and_is_not_leased_before_it_signs_again()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        remote.Fault = new SignerUnavailableException(SignerFault.KeyDisabled, "a key", "it is disabled");
        await room.Board.ActAsync(CancellationToken.None);
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        SubmissionOutcome[] outcomes = [.. room.ReadOutcomes()];
        Assert.That(outcomes.OfType<SubmissionOutcome.Abandoned>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(outcomes.OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
        Assert.That(_lives.Store.Transactions.Select(transaction => transaction.Signer), Is.EqualTo(new[] { _signer }));
        await room.PassAsync(60);
        Assert.That(Enumerable.Range(0, 20).Select(_ => room.Signers.TryLease()?.Address).OfType<Address>().Distinct(), Is.EqualTo(new[] { _signer }));

        remote.Fault = null;
        await room.Signers.Signers.Single(signer => signer.Address == RemoteSigner.Of).ProbeAsync(CancellationToken.None);
        Assert.That(room.Signers.TryLease()!.Address, Is.EqualTo(RemoteSigner.Of));
    }

    [Test]
    public async Task A_slow_key_holds_nobody_else_up_and_its_signature_is_used_when_it_comes()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        remote.Waits = new TaskCompletionSource();
        Task step = room.Board.ActAsync(CancellationToken.None);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await step;
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
        Assert.That(room.Board.Count, Is.EqualTo(1));

        remote.Waits.SetResult();
        await room.PassAsync(1);
        _lives.Chain.Mine();
        await room.HeadAsync(3);
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(remote.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_goes_down_with_a_bundle_in_flight_neither_loses_it_nor_signs_it_twice()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        await room.Board.ActAsync(CancellationToken.None);
        remote.Fault = new SignerUnavailableException(SignerFault.TimedOut, "a key", "no answer");
        for (int i = 0; i < 30; i++)
        {
            await room.PassAsync(1);
        }

        Assert.That(_lives.Store.Transactions.Count(transaction => transaction.Signer == RemoteSigner.Of), Is.EqualTo(1));
        _lives.Chain.Mine();
        await room.HeadAsync(2);
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().SelectMany(mined => mined.UserOpHashes), Is.EquivalentTo(new[] { _one.UserOpHash, _two.UserOpHash }));
    }

    [Test]
    public async Task An_unfunded_signer_holds_its_bundle_until_it_is_funded()
    {
        SubmissionRoom room = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, new SubmissionOptions { ReplaceAfterSeconds = 3_600 }));
        await room.StartAsync(_one);
        _lives.Chain.Refusal = "insufficient funds for gas * price + value";
        await room.SubmitAsync(_one);
        await room.PassAsync(20);
        Assert.That(room.ReadOutcomes(), Is.Empty);

        _lives.Chain.Refusal = null;
        await room.PassAsync(16);

        Assert.That(room.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Sent>());
        Assert.That(_lives.Store.Transactions, Has.Count.EqualTo(1), "the same bytes");
    }

    /// <summary>A bundle of the first operation with a key behind a service, and one of the second with a local key; nothing is signed yet.</summary>
    private async Task<(SubmissionRoom Room, RemoteSigner Remote)> BesideRemoteAsync()
    {
        RemoteSigner remote = new();
        SubmissionRoom room = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, signers: [remote, new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[1].PrivateKey))]));
        await room.StartAsync(_one, _two);
        SignerLease[] leases = [room.Signers.TryLease()!, room.Signers.TryLease()!];
        room.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([_one.UserOpHash])]), leases.Single(lease => lease.Address == RemoteSigner.Of)));
        room.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([_two.UserOpHash])]), leases.Single(lease => lease.Address == _signer)));
        return (room, remote);
    }

    /// <summary>A key behind a service that can be down or slow.</summary>
    private sealed class RemoteSigner : ISigner
    {
        public static readonly Address Of = DevAccounts.All[8].Address;

        public Address Address => Of;

        public SignerUnavailableException? Fault { get; set; }

        public TaskCompletionSource? Waits { get; set; }

        public int Asked { get; private set; }

        public async ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
        {
            Asked++;
            await (Waits?.Task ?? Task.CompletedTask);
            using PrivateKey key = PrivateKey.Parse(DevAccounts.All[8].PrivateKey);
            return Fault is null ? key.Sign(digest) : throw Fault;
        }
    }
}
