using Bundler.Engine;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>Blocks leave the chain and others take their place: what the index and the pool make of it, also when something fails half way.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChainIndexReorganisationTests
{
    private InclusionBench _bench = null!;

    private FakeChain Chain => _bench.Chain;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task A_head_of_a_node_that_lags_is_no_reorganisation()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(2);
        await _bench.FollowAsync();
        Chain.Visible = 101;

        BlockMark old = Chain.MarkOf(101);
        await _bench.Index.CheckForkAsync(new(old.Number, old.Hash, A.HashOf(100), 0, 0), default);

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(103)));
        Assert.That(await _bench.PendingAsync(), Is.Empty);
    }

    [Test]
    public async Task A_node_that_contradicts_itself_changes_nothing()
    {
        Chain.MineEmpty(3);
        await _bench.FollowAsync();
        Chain.Drop(3);
        Chain.MineEmpty(5);
        Chain.Node.On("eth_getBlockByNumber", parameters => EthereumJson.ReadUInt64(parameters[0]) switch
        {
            > 103 and var number => Header(number, Chain.MarkOf(number).Hash, Chain.MarkOf(number - 1).Hash),
            var number => Header(number, _bench.Index.Mark!.Number == number ? _bench.Index.Mark!.Hash : A.HashOf(number), A.HashOf(1)),
        });

        await _bench.FollowAsync();

        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(103));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task Operations_of_blocks_that_left_return_and_are_included_again(int depth)
    {
        MempoolEntry before = await _bench.AdmitAsync(99);
        Chain.Mine(before.Operation);
        List<MempoolEntry> entries = [];
        for (int i = 0; i < depth; i++)
        {
            entries.Add(await _bench.AdmitAsync(i + 1));
            Chain.Mine(entries[^1].Operation);
        }

        await _bench.FollowAsync();
        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Chain.Drop(depth);
        Chain.MineEmpty(depth + 1);
        await _bench.FollowAsync();

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf((ulong)(102 + depth))));
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(entries.Select(entry => entry.UserOpHash)));
        Assert.That(_bench.Pool.Snapshot().Select(entry => entry.Operation), Is.EqualTo(entries.Select(entry => entry.Operation)));
        foreach (MempoolEntry entry in entries)
        {
            Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Pending));
            Assert.That(Counters(entry.Operation.Sender), Is.EqualTo((1, 0)));
        }

        Chain.Mine([.. entries.Select(entry => entry.Operation)]);
        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        foreach (MempoolEntry entry in entries.Append(before))
        {
            Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
            Assert.That(Counters(entry.Operation.Sender), Is.EqualTo((1, 1)));
        }
    }

    [Test]
    public async Task A_shorter_fork_is_followed_too()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.MineEmpty(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(4);
        await _bench.FollowAsync();
        Chain.Drop(5);
        Chain.MineEmpty(1);

        await _bench.FollowAsync();

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(102)));
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    [Test]
    public async Task A_reorganisation_deeper_than_all_that_is_known_begins_anew_below()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(2);
        await _bench.FollowAsync();
        Chain.Replace(90, 105);

        await _bench.FollowAsync();

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(105)));
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { entry.UserOpHash }));
        Assert.That(await _bench.History.BlocksAboveAsync(0, default), Is.EqualTo(Enumerable.Range(99, 7).Select(number => Chain.MarkOf((ulong)number))));
    }

    [Test]
    public async Task A_foreign_operation_does_not_enter_the_pool_when_its_block_leaves()
    {
        UserOperation foreign = A.UserOperation() with { Sender = A.AddressOf(9) };
        Chain.Mine(foreign);
        await _bench.FollowAsync();
        Chain.Drop(1);
        Chain.MineEmpty(2);

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(await _bench.History.FindIncludedAsync(FakeChain.HashOf(foreign), default), Is.Null);
        Assert.That((await _bench.StatusAsync(FakeChain.HashOf(foreign)))!.State, Is.EqualTo(OperationState.Dropped));
    }

    [Test]
    public async Task An_operation_whose_nonce_another_one_has_by_now_is_replaced_by_that()
    {
        MempoolEntry first = await _bench.AdmitAsync(1);
        Chain.Mine(first.Operation);
        await _bench.FollowAsync();
        MempoolEntry rival = await _bench.AdmitAsync(first.Operation with { MaxFeePerGas = 3_000_000_000 });
        Chain.Drop(1);
        Chain.MineEmpty(2);

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { rival.UserOpHash }));
        Assert.That((await _bench.StatusAsync(first.UserOpHash))!.State, Is.EqualTo(OperationState.Replaced));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_crash_or_fault_in_the_middle_of_a_reorganisation_loses_nothing(bool crash)
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        await _bench.FollowAsync();
        Chain.Drop(1);
        Chain.MineEmpty(3);
        _bench.History.FailsRemoveBlocks = true;
        Assert.That(_bench.FollowAsync, Throws.InstanceOf<StoreUnavailableException>());
        if (crash)
        {
            await _bench.RestartAsync();
        }

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { entry.UserOpHash }));
        Assert.That(await _bench.History.FindIncludedAsync(entry.UserOpHash, default), Is.Null);
        Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Pending));
    }

    private (ulong Seen, ulong Included) Counters(Address address)
    {
        Bundler.Engine.Reputation.ReputationEntry entry = _bench.Reputation.Get(A.EntryPoint.Address, address);
        return (entry.OpsSeen, entry.OpsIncluded);
    }

    private static System.Text.Json.Nodes.JsonObject Header(ulong number, Hash32 hash, Hash32 parent) => new()
    {
        ["number"] = Hex.EncodeQuantity(number),
        ["hash"] = hash.ToString(),
        ["parentHash"] = parent.ToString(),
        ["timestamp"] = "0x64",
        ["gasLimit"] = "0x3473bc0",
        ["gasUsed"] = "0x0",
    };
}
