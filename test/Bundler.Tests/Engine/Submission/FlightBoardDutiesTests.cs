using Bundler.Engine.Bundling;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Two nodes with one key over the same chain and store: one of them uses it at a time.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardDutiesTests : IDisposable
{
    private const double LeaseSeconds = 7;

    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task A_key_of_another_node_is_leased_to_nobody()
    {
        SubmissionRoom room = await BeginAsync();

        Assert.That(await room.SubmitAsync(_one), Is.Null);
        Assert.That(room.Signers.TryReserve(), Is.Null);
    }

    [Test]
    public async Task Whoever_gets_a_key_takes_up_its_flights_and_goes_on_with_the_nonce_behind_them()
    {
        SubmissionRoom first = await BeginAsync();
        await HoldAsync(first, "a", 1);
        await first.SubmitAsync(_one);

        SubmissionRoom second = await BeginAsync();
        await HoldAsync(second, "b", 2);
        await second.SubmitAsync(_two);
        _lives.Chain.Mine();
        await second.HeadAsync(2);

        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL }));
        Assert.That(second.ReadOutcomes().OfType<SubmissionOutcome.Mined>().SelectMany(mined => mined.UserOpHashes), Is.EquivalentTo(new[] { _one.UserOpHash, _two.UserOpHash }));
        Assert.That(second.Signers.ForeignTransactionsOf(_signer), Is.Zero, "what the node before has sent is no stranger's");
    }

    [Test]
    public async Task A_deposed_holder_sends_nothing_even_when_its_clock_has_not_told_it_yet()
    {
        SubmissionRoom first = await BeginAsync();
        await HoldAsync(first, "a", 1);
        SignerLease lease = first.Signers.TryLease()!;
        _lives.Store.Admits = fence => fence.Number > 1;

        first.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. first.Pool.Take([_one.UserOpHash])]), lease));
        await first.Board.ActAsync(default);

        Assert.That(_lives.Store.Transactions, Is.Empty);
        Assert.That(_lives.Chain.Pool, Is.Empty);
        Assert.That(first.Duties.Refusals, Is.EquivalentTo(new Dictionary<string, long> { [DutyNames.Signer(_signer)] = 1 }));
        Assert.That((first.Board.Count, first.Signers.InFlight, first.Pool.Pending), Is.EqualTo((0, 0, 2)), "it has forgotten the bundle, and its operations are free again");
        Assert.That(first.Signers.TryLease(), Is.Null);
    }

    [Test]
    public async Task A_holder_that_was_paused_forgets_its_flights_without_a_word_and_sends_nothing_again()
    {
        SubmissionRoom first = await BeginAsync();
        await HoldAsync(first, "a", 1);
        Bundle bundle = (await first.SubmitAsync(_one))!;
        first.Clock.Advance(TimeSpan.FromSeconds(LeaseSeconds));
        _lives.Chain.Forget();

        await first.PassAsync(30);
        await first.Board.FollowDutiesAsync(default);

        Assert.That(_lives.Chain.Pool, Is.Empty, "not the old bytes either");
        Assert.That(_lives.Store.Transactions, Has.Count.EqualTo(1), "no replacement");
        Assert.That(_lives.Store.EndOf(bundle.Id), Is.Null, "how it ended is the next holder's to tell");
        Assert.That(first.ReadOutcomes().Select(outcome => outcome.GetType().Name), Is.EqualTo(new[] { "Sent" }));
        Assert.That(first.Board.Count, Is.Zero);
    }

    [Test]
    public async Task A_key_that_comes_back_under_another_number_is_taken_up_from_the_store()
    {
        SubmissionRoom first = await BeginAsync();
        await HoldAsync(first, "a", 1);
        await first.SubmitAsync(_one);
        await first.PassAsync(LeaseSeconds);
        await HoldAsync(first, "a", 3);

        Assert.That((first.Board.Count, first.Signers.InFlight), Is.EqualTo((1, 1)));
        _lives.Chain.Mine();
        await first.HeadAsync(2);
        Assert.That(first.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(first.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task A_bundle_that_was_leased_under_an_older_number_is_not_signed_under_the_new_one()
    {
        SubmissionRoom first = await BeginAsync();
        await HoldAsync(first, "a", 1);
        SignerLease old = first.Signers.TryLease()!;
        await first.PassAsync(LeaseSeconds);
        await HoldAsync(first, "a", 3);
        await first.SubmitAsync(_two);

        first.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. first.Pool.Take([_one.UserOpHash])]), old));
        await first.Board.ActAsync(default);

        Assert.That(_lives.Store.Transactions.Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
        Assert.That(first.Board.Count, Is.EqualTo(1), "the flight of the new number goes on");
        Assert.That(first.Signers.TryLease()?.Nonce, Is.EqualTo(1));
    }

    private async Task<SubmissionRoom> BeginAsync()
    {
        SubmissionRoom room = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, isShared: true));
        await room.StartAsync(_one, _two);
        return room;
    }

    /// <summary>A heartbeat is answered, and the loop takes its step.</summary>
    private static async Task HoldAsync(SubmissionRoom room, string node, long number)
    {
        room.Duties.Renewed([new Fence(DutyNames.Signer(_signer), node, number)], room.Clock.GetTimestamp() + (long)(LeaseSeconds * room.Clock.TimestampFrequency));
        await room.Board.FollowDutiesAsync(default);
        await room.Board.OnTickAsync(default);
    }
}
