using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FinalityTests
{
    private InclusionBench _bench = null!;

    private FakeChain Chain => _bench.Chain;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task Operations_in_final_blocks_are_final_and_those_above_are_not()
    {
        MempoolEntry low = await _bench.AdmitAsync(1);
        MempoolEntry high = await _bench.AdmitAsync(2);
        Chain.Mine(low.Operation);
        Chain.Mine(high.Operation);
        await _bench.FollowAsync();
        using OperationSubscription feed = _bench.Feed.Subscribe();
        Chain.Finalized = 101;

        await _bench.Finality.AdvanceAsync(default);

        Assert.That((await _bench.StatusAsync(low.UserOpHash))!.State, Is.EqualTo(OperationState.Final));
        Assert.That((await _bench.StatusAsync(high.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
        Assert.That(feed.Events.TryRead(out OperationEvent? happened), Is.True);
        Assert.That((happened!.Status.UserOpHash, happened.Status.State, happened.Sender), Is.EqualTo((low.UserOpHash, OperationState.Final, A.AddressOf(1))));
        Assert.That(feed.Events.TryRead(out OperationEvent? _), Is.False);
    }

    [Test]
    public async Task Each_operation_becomes_final_once()
    {
        Chain.Mine((await _bench.AdmitAsync(1)).Operation);
        Chain.Mine((await _bench.AdmitAsync(2)).Operation);
        await _bench.FollowAsync();
        using OperationSubscription feed = _bench.Feed.Subscribe();
        foreach (ulong finalized in new ulong[] { 101, 101, 102, 102 })
        {
            Chain.Finalized = finalized;
            await _bench.Finality.AdvanceAsync(default);
            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(feed.Events.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task The_chain_is_asked_once_an_interval()
    {
        Chain.Finalized = 100;
        await _bench.Finality.AdvanceAsync(default);
        await _bench.Finality.AdvanceAsync(default);
        int before = Chain.Node.CountOf("eth_getBlockByNumber");
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await _bench.Finality.AdvanceAsync(default);

        Assert.That((before, Chain.Node.CountOf("eth_getBlockByNumber")), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Nothing_becomes_final_on_a_fork_that_the_index_has_not_noticed()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        await _bench.FollowAsync();
        Chain.Drop(1);
        Chain.MineEmpty(1);
        Chain.Finalized = 101;

        await _bench.Finality.AdvanceAsync(default);

        Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task A_chain_without_finality_keeps_its_operations_included()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        await _bench.FollowAsync();

        await _bench.Finality.AdvanceAsync(default);

        Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task Marks_of_empty_blocks_far_below_the_final_one_are_forgotten()
    {
        Chain.MineEmpty(9);
        Chain.Mine((await _bench.AdmitAsync(1)).Operation);
        Chain.MineEmpty(90);
        await _bench.FollowAsync();
        Chain.Finalized = 190;

        await _bench.Finality.AdvanceAsync(default);

        ulong[] numbers = [.. (await _bench.History.BlocksAboveAsync(0, default)).Select(mark => mark.Number)];
        Assert.That(numbers[..2], Is.EqualTo(new ulong[] { 110, 126 }));
        Assert.That(numbers, Has.Length.EqualTo(1 + 200 - 126 + 1));
    }
}
