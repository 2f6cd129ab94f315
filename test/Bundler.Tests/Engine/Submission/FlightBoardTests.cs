using Bundler.Engine.Bundling;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>What becomes of one bundle on its way, on a chain and a store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardTests : IDisposable
{
    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task A_bundle_is_stored_sent_mined_and_closed_and_its_signer_is_free_for_the_next_nonce()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two);
        Bundle bundle = (await room.SubmitAsync(_one, _two))!;
        Hash32 hash = _lives.Store.Transactions.Single().TransactionHash;
        Assert.That(_lives.Chain.Pool.Single().Hash, Is.EqualTo(hash));
        Assert.That(room.Signers.InFlight, Is.EqualTo(1));

        _lives.Chain.Mine();
        await room.HeadAsync(2);

        IReadOnlyList<SubmissionOutcome> outcomes = room.ReadOutcomes();
        Assert.That(outcomes.Select(outcome => outcome.GetType().Name), Is.EqualTo(new[] { "Sent", "Mined" }));
        Assert.That(outcomes[1].UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash, _two.UserOpHash }));
        Assert.That(_lives.Store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.Mined, (Hash32?)hash)));
        Assert.That(room.Board.Count, Is.Zero);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task No_version_is_signed_that_costs_more_when_it_reverts_than_the_purse_has_room_for()
    {
        await (await _lives.BeginAsync(_one)).SubmitAsync(_one);
        ulong first = 200_000 * (ulong)_lives.Store.Transactions.Single().MaxFeePerGas;

        Assert.That((await VersionsAsync(first - 1), await VersionsAsync(first), await VersionsAsync(10 * first)), Is.EqualTo((0, 1, 2)));

        async Task<int> VersionsAsync(ulong allowance)
        {
            SmallChain chain = new();
            MemorySubmissionStore store = new();
            using SubmissionRoom room = new(chain.Node, store, allowance: allowance);
            await room.Purse.CountAsync(default);
            await room.StartAsync(_one);
            await room.SubmitAsync(_one);
            await room.PassAsync(8);
            return store.Transactions.Count;
        }
    }

    [Test]
    public async Task What_an_earlier_life_has_in_flight_is_at_risk_in_the_next()
    {
        await (await _lives.BeginAsync(_one)).SubmitAsync(_one);
        SubmissionRoom next = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, allowance: 1));
        await next.StartAsync(_one);

        Assert.That(next.Purse.Standing.AtRisk, Is.EqualTo(500_000 * _lives.Store.Transactions[0].MaxFeePerGas));
    }

    [Test]
    public async Task A_reverted_bundle_is_closed_as_such()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        Bundle bundle = (await room.SubmitAsync(_one))!;
        _lives.Chain.Reverts = true;
        _lives.Chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_lives.Store.EndOf(bundle.Id)!.Value.End, Is.EqualTo(BundleEnd.Reverted));
    }

    [Test]
    public async Task A_bundle_that_is_not_mined_is_replaced_and_the_replacement_is_mined()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        await room.PassAsync(6);

        StoredTransaction[] versions = [.. _lives.Store.Transactions];
        Assert.That(versions, Has.Length.EqualTo(2));
        Assert.That(versions.Select(version => (version.BundleId, version.Nonce)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_lives.Chain.Pool.Single().Hash, Is.EqualTo(versions[1].TransactionHash));

        _lives.Chain.Mine();
        await room.HeadAsync(2);
        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>().With.Property("Receipt").Property("TransactionHash").EqualTo(versions[1].TransactionHash));
    }

    [Test]
    public async Task A_bundle_that_lost_an_operation_is_cancelled_and_the_others_go_back()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two);
        Bundle bundle = (await room.SubmitAsync(_one, _two))!;
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Dropped, _ => "gone", null, CancellationToken.None);
        await room.HeadAsync(2);

        SignedTransaction pending = _lives.Chain.Pool.Single();
        Assert.That((pending.Transaction.To, pending.Transaction.Nonce), Is.EqualTo(((Address?)_signer, 0UL)));

        _lives.Chain.Mine();
        await room.HeadAsync(3);
        SubmissionOutcome last = room.ReadOutcomes()[^1];
        Assert.That(last, Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(last.UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash, _two.UserOpHash }));
        Assert.That(_lives.Store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.NonceTaken, (Hash32?)pending.Hash)));
    }

    [Test]
    public async Task A_bundle_whose_operations_left_the_pool_because_it_was_mined_is_not_cancelled()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        _lives.Chain.Mine();
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Included, _ => null, null, CancellationToken.None);
        await room.HeadAsync(2);

        Assert.That(_lives.Store.Transactions, Has.Count.EqualTo(1));
        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task A_node_that_wants_more_raises_the_floor_and_the_bundle_pays_what_it_says()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        _lives.Chain.MinimumTip = 200;
        await room.SubmitAsync(_one);

        Assert.That(room.Floor.Tip, Is.EqualTo((UInt256)200));
        Assert.That(_lives.Chain.Pool.Single().Transaction, Is.InstanceOf<FeeMarketTransaction>().With.Property("MaxPriorityFeePerGas").EqualTo((UInt256)200));
    }

    [Test]
    public async Task Nothing_is_sent_while_the_store_fails_and_it_goes_on_when_it_works_again()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        _lives.Store.BeforeWrite = () => throw new IOException("the disk is full");

        Assert.That(() => room.SubmitAsync(_one), Throws.TypeOf<IOException>());
        Assert.That(() => room.PassAsync(1), Throws.TypeOf<IOException>());
        Assert.That(_lives.Chain.Node.CountOf("eth_sendRawTransaction"), Is.Zero);

        _lives.Store.BeforeWrite = null;
        await room.PassAsync(1);
        Assert.That(_lives.Chain.Pool, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_outcome_that_could_not_be_closed_is_closed_later_and_reported_once()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        Bundle bundle = (await room.SubmitAsync(_one))!;
        _lives.Chain.Mine();
        _lives.Store.BeforeWrite = () => throw new IOException("the disk is full");
        Assert.That(() => room.HeadAsync(2), Throws.TypeOf<IOException>());
        Assert.That(room.Signers.InFlight, Is.EqualTo(1));

        _lives.Store.BeforeWrite = null;
        await room.PassAsync(1);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Count(), Is.EqualTo(1));
        Assert.That(_lives.Store.EndOf(bundle.Id), Is.Not.Null);
        Assert.That(room.Signers.TryLease(), Is.Not.Null);
    }

    [Test]
    public async Task A_jump_of_the_wall_clock_changes_nothing([Values(-1, 1)] int hours)
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        room.Clock.Jump(TimeSpan.FromHours(hours));
        await room.PassAsync(2);

        Assert.That(_lives.Store.Transactions, Has.Count.EqualTo(1));
        Assert.That(room.Board.Count, Is.EqualTo(1));
    }
}
