using Bundler.Engine.Bundling;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Several bundles on their way at once: of one signer in the order of their nonces, of several in one round trip.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardSeveralTests : IDisposable
{
    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);
    private static readonly MempoolEntry _three = SubmissionRoom.Entry(3);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task Several_bundles_of_one_signer_are_on_their_way_and_mined_in_one_block()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two, _three);
        Bundle[] bundles = [(await room.SubmitAsync(_one))!, (await room.SubmitAsync(_two))!, (await room.SubmitAsync(_three))!];
        Assert.That(_lives.Chain.Pool.Select(pending => pending.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));

        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(bundles.Select(bundle => _lives.Store.EndOf(bundle.Id)!.Value.End), Is.All.EqualTo(BundleEnd.Mined));
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task All_flights_are_asked_for_in_one_round_trip_a_head()
    {
        SubmissionRoom room = await _lives.BeginAsync(2, _one, _two);
        await room.SubmitAsync(_one);
        await room.SubmitAsync(_two);
        int batches = _lives.Chain.Node.BatchSizes.Count;

        await room.HeadAsync(2);

        Assert.That(_lives.Chain.Node.BatchSizes.Skip(batches), Is.EqualTo(new[] { 2, 2 }), "one for the fees, one for all flights");
        Assert.That(_lives.Store.Transactions.Select(transaction => transaction.Signer), Is.Unique);
    }

    [Test]
    public async Task A_signers_bundles_reach_the_node_in_the_order_of_their_nonces()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two, _three);
        MempoolEntry[] entries = [_one, _two, _three];
        LeasedBundle[] leased = [.. entries.Select(entry => new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([entry.UserOpHash])]), room.Signers.TryLease()!))];
        foreach (LeasedBundle bundle in leased.Reverse())
        {
            room.Board.Add(bundle);
        }

        await room.Board.ActAsync(CancellationToken.None);

        Assert.That(_lives.Chain.Heard.Select(heard => heard.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
    }

    [Test]
    public async Task A_bundle_that_no_node_takes_leaves_a_nonce_that_is_used_up_at_once_for_those_behind_it()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two);
        LeasedBundle first = new(SubmissionRoom.Bundle([.. room.Pool.Take([_one.UserOpHash])]), room.Signers.TryLease()!);
        await room.SubmitAsync(_two);
        _lives.Chain.Refusal = "exceeds block gas limit";
        room.Board.Add(first);
        await room.Board.ActAsync(CancellationToken.None);
        _lives.Chain.Refusal = null;
        await room.PassAsync(1);
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_lives.Chain.Mined.Select(mined => (mined.Transaction.Nonce, mined.Transaction.To == _signer)), Is.EqualTo(new[] { (0UL, true), (1UL, false) }));
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Abandoned>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(await _lives.Store.LoadOpenAsync(CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task When_a_node_forgets_the_first_of_several_it_gets_it_again_and_all_are_mined()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two, _three);
        await room.SubmitAsync(_one);
        await room.SubmitAsync(_two);
        await room.SubmitAsync(_three);
        Hash32 first = _lives.Chain.Heard[0].Hash;
        _lives.Chain.Forget(nonce: 0);
        await room.PassAsync(2);
        Assert.That(_lives.Chain.Pool.Select(pending => pending.Hash), Does.Contain(first), "the same bytes, after two seconds");
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.To), Is.All.EqualTo(A.EntryPoint.Address));
        Assert.That(_lives.Chain.Mined, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_bundle_that_is_cancelled_keeps_those_behind_it_going()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two);
        await room.SubmitAsync(_one);
        Bundle behind = (await room.SubmitAsync(_two))!;
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Dropped, _ => "gone", null, CancellationToken.None);
        await room.HeadAsync(2);
        _lives.Chain.Mine();
        await room.HeadAsync(3);

        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.To == _signer), Is.EqualTo(new[] { true, false }));
        Assert.That(_lives.Store.EndOf(behind.Id)!.Value.End, Is.EqualTo(BundleEnd.Mined));
    }
}
