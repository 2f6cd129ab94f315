using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>The price jumps over what bundles in flight may pay: their nonces serve those who pay, and only then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NonceQueueTests : IDisposable
{
    private const ulong Jump = 5_000;

    private static readonly MempoolEntry _cheap = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _alsoCheap = SubmissionRoom.Entry(2);
    private static readonly MempoolEntry _dear = SubmissionRoom.Entry(3, maxFee: 100_000);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task Who_pays_is_mined_within_two_blocks_after_the_jump()
    {
        SubmissionRoom room = await _lives.BeginAsync(_cheap, _alsoCheap, _dear);
        await room.SubmitAsync(_cheap);
        await room.SubmitAsync(_alsoCheap);
        await JumpAsync(room, block: 2);
        await room.SubmitAsync(_dear);

        await MineAsync(room, block: 3);
        await MineAsync(room, block: 4);

        SubmissionOutcome[] outcomes = [.. room.ReadOutcomes()];
        Assert.That(outcomes.OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _dear.UserOpHash }));
        Assert.That(
            outcomes.OfType<SubmissionOutcome.Abandoned>().Select(outcome => outcome.Reason),
            Has.Exactly(2).EqualTo("cancelled: the coming block costs 5000 wei per gas, its operations pay 1000, and others wait behind it"));
        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
    }

    [Test]
    public async Task While_nobody_waits_nothing_is_cancelled_and_a_lower_price_takes_the_bundle()
    {
        SubmissionRoom room = await _lives.BeginAsync(_cheap, _alsoCheap);
        await room.SubmitAsync(_cheap);
        await room.SubmitAsync(_alsoCheap);
        await JumpAsync(room, block: 2);
        await room.PassAsync(20);
        Assert.That(_lives.Store.Transactions.Any(transaction => transaction.IsCancellation), Is.False);

        _lives.Chain.BaseFee = 20;
        await MineAsync(room, block: 3);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_waits_in_the_pool_while_every_signer_is_occupied_counts_too()
    {
        SubmissionRoom room = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, new SubmissionOptions { MaxBundlesInFlight = 1 }));
        await room.StartAsync(_cheap, _dear);
        room.Pool.Release([_cheap.UserOpHash, _dear.UserOpHash]);
        await room.SubmitAsync(_cheap);
        await JumpAsync(room, block: 2);
        Assert.That(await room.SubmitAsync(_dear), Is.Null, "there is no signer");

        await MineAsync(room, block: 3);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(await room.SubmitAsync(_dear), Is.Not.Null);
    }

    [Test]
    public async Task Nothing_is_cancelled_that_costs_more_than_the_purse_has_room_for()
    {
        SubmissionRoom room = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, allowance: 21_000 * Jump));
        await room.Purse.CountAsync(default);
        await room.StartAsync(_cheap, _dear);
        await room.SubmitAsync(_cheap);
        await room.SubmitAsync(_dear);
        await JumpAsync(room, block: 2);

        await MineAsync(room, block: 3);

        Assert.That(_lives.Store.Transactions.Any(transaction => transaction.IsCancellation), Is.False);
    }

    private async Task JumpAsync(SubmissionRoom room, ulong block)
    {
        _lives.Chain.BaseFee = Jump;
        await room.HeadAsync(block, Jump);
    }

    private async Task MineAsync(SubmissionRoom room, ulong block)
    {
        await room.PassAsync(0.5);
        _lives.Chain.Mine();
        await room.HeadAsync(block, _lives.Chain.BaseFee);
    }
}
