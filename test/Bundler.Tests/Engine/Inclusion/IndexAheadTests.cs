using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>The index is above the chain: the chain began anew, the store tells nonsense, or the Ethereum node is being synced.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class IndexAheadTests
{
    private InclusionBench _bench = null!;

    private FakeChain Chain => _bench.Chain;

    /// <summary>The newest block as a node tells it that has no others above it.</summary>
    private ChainHead Tip => Chain.Head with { Timestamp = (ulong)_bench.Clock.GetUtcNow().ToUnixTimeSeconds() - 5 };

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync(new FakeChain(2_000));

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task A_chain_that_began_anew_is_followed_from_its_first_head_on_and_operations_return()
    {
        MempoolEntry here = await _bench.AdmitAsync(1);
        MempoolEntry gone = await _bench.AdmitAsync(2);
        Chain.Mine(here.Operation, gone.Operation);
        Chain.MineEmpty(100);
        await _bench.FollowAsync();
        Chain.MoveFirst(100);
        Chain.MineEmpty(60);
        Chain.Mine(here.Operation);
        Chain.MineEmpty(5);

        await FollowAsync(Tip);

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(166)));
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { gone.UserOpHash }));
        Assert.That((await _bench.StatusAsync(here.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(102), "nothing above is claimed to be complete");

        await _bench.RestartAsync();
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(166), "nothing of the other chain is left");
    }

    [Test]
    public async Task What_was_final_in_the_other_chain_is_not_in_this_one()
    {
        Chain.MineEmpty(300);
        await _bench.FollowAsync();
        Chain.Finalized = 2_290;
        await _bench.Finality.AdvanceAsync(default);
        Chain.MoveFirst(100);
        Chain.MineEmpty(70);

        await FollowAsync(Tip);

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(170)));
        Assert.That(await _bench.History.FinalBlockAsync(default), Is.LessThanOrEqualTo(170));
    }

    [Test]
    public async Task A_mark_that_is_nonsense_goes_with_the_next_block_and_what_is_true_stays()
    {
        Chain.MineEmpty(3);
        await _bench.FollowAsync();
        await _bench.History.AddBlockAsync(new IndexedBlock(new BlockMark(100_000_000, A.HashOf(0xbad)), [], []), Fence.Sole, default);
        await _bench.RestartAsync();
        await FollowAsync(Tip);
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(100_000_000), "so far the node may lag");

        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        await FollowAsync(Tip);

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(2_004)));
        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(await _bench.History.FindBlockAsync(100_000_000, default), Is.Null);
    }

    [Test]
    public async Task A_node_that_is_being_synced_proves_nothing_and_is_told_of()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(100);
        await _bench.FollowAsync();
        BlockMark mark = _bench.Index.Mark!;
        Chain.MoveFirst(100);
        Chain.MineEmpty(70);
        ChainHead old = Tip with { Timestamp = (ulong)_bench.Clock.GetUtcNow().ToUnixTimeSeconds() - 3_600 };
        HeadFeed heads = new();
        heads.Publish(old, _bench.Clock.GetUtcNow());

        await FollowAsync(old);

        Assert.That(_bench.Index.Mark, Is.EqualTo(mark));
        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(new IndexStanding(_bench.Index, heads).HeadBelow, Is.EqualTo(170));
    }

    [Test]
    public async Task A_few_blocks_above_are_the_others_lag()
    {
        Chain.MineEmpty(100);
        await _bench.FollowAsync();
        BlockMark mark = _bench.Index.Mark!;
        HeadFeed heads = new();
        heads.Publish(Tip with { Number = mark.Number - 32 }, _bench.Clock.GetUtcNow());

        Assert.That(new IndexStanding(_bench.Index, heads).HeadBelow, Is.Null);
    }

    private async Task FollowAsync(ChainHead head)
    {
        await _bench.Index.CheckForkAsync(head, default);
        await _bench.Index.CatchUpAsync(head.Number, default);
    }
}
