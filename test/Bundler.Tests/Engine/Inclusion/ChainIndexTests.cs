using Bundler.Engine;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>Blocks come: the index follows them, and operations that they include leave the pool.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChainIndexTests
{
    private InclusionBench _bench = null!;

    private FakeChain Chain => _bench.Chain;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task It_begins_at_the_head()
    {
        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(100)));
        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(100));
    }

    [Test]
    public async Task It_continues_where_it_was()
    {
        Chain.MineEmpty(5);
        await _bench.FollowAsync();
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(30);

        await _bench.RestartAsync();

        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(105));
        await _bench.FollowAsync();
        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(136)));
        Assert.That((await _bench.History.FindIncludedAsync(entry.UserOpHash, default))!.Block, Is.EqualTo(Chain.MarkOf(106)));
        Assert.That(await _bench.PendingAsync(), Is.Empty);
    }

    [Test]
    public async Task A_long_way_is_gone_in_bounded_steps()
    {
        Chain.MineEmpty(20);

        await _bench.FollowAsync();

        Assert.That(Chain.Node.BatchSizes.Where(size => size > 2), Is.EqualTo(new[] { 9, 9, 5 }));
    }

    [Test]
    public async Task An_included_operation_leaves_the_pool_and_has_its_own_form_in_the_index()
    {
        Authorization tuple = new(1337, A.Contract, 3, 0, 1, 2);
        MempoolEntry entry = await _bench.AdmitAsync(A.UserOperation() with { Eip7702Auth = tuple });
        Hash32 transaction = Chain.Mine(entry.Operation);

        await _bench.FollowAsync();

        IncludedOperation included = (await _bench.History.FindIncludedAsync(entry.UserOpHash, default))!;
        Assert.That((included.IsOwn, included.TransactionHash), Is.EqualTo((true, transaction)));
        Assert.That(OperationJson.Read(A.EntryPoint, included.OperationJson!.Value).Eip7702Auth, Is.EqualTo(tuple));
        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task An_operation_that_only_others_had_counts_too()
    {
        UserOperation foreign = A.UserOperation() with { Sender = A.AddressOf(9) };
        Hash32 transaction = Chain.Mine(foreign);

        await _bench.FollowAsync();

        IncludedOperation included = (await _bench.History.FindIncludedAsync(FakeChain.HashOf(foreign), default))!;
        Assert.That((included.IsOwn, included.TransactionHash), Is.EqualTo((false, transaction)));
        Assert.That((included.LogsJson, Chain.Node.CountOf("eth_getTransactionReceipt")), Is.EqualTo((Bytes.Empty, 0)), "anybody can make its logs large");
        Assert.That((await _bench.StatusAsync(included.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task A_node_that_lags_behind_its_own_head_is_asked_again_later()
    {
        Chain.MineEmpty(3);
        Chain.Visible = 102;
        await _bench.FollowAsync();
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(100));

        Chain.Visible = null;
        await _bench.FollowAsync();

        Assert.That(_bench.Index.Mark, Is.EqualTo(Chain.MarkOf(103)));
    }

    [Test]
    public async Task A_crash_between_index_and_pool_loses_nothing_and_leaves_nothing_behind()
    {
        MempoolEntry included = await _bench.AdmitAsync(1);
        MempoolEntry waiting = await _bench.AdmitAsync(2);
        Chain.Mine(included.Operation);
        _bench.History.FailsAfterAddBlock = true;
        Assert.That(_bench.FollowAsync, Throws.InstanceOf<StoreUnavailableException>());

        await _bench.RestartAsync();

        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { waiting.UserOpHash }));
        Assert.That((await _bench.StatusAsync(included.UserOpHash))!.State, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task A_fault_between_index_and_pool_is_made_good_by_the_next_head()
    {
        Authorization tuple = new(1337, A.Contract, 3, 0, 1, 2);
        MempoolEntry entry = await _bench.AdmitAsync(A.UserOperation() with { Eip7702Auth = tuple });
        Chain.Mine(entry.Operation);
        _bench.History.FailsAfterAddBlock = true;
        Assert.That(_bench.FollowAsync, Throws.InstanceOf<StoreUnavailableException>());

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That((await _bench.History.FindIncludedAsync(entry.UserOpHash, default))!.IsOwn, Is.True);
    }

    [Test]
    public async Task A_machine_that_hides_the_newest_events_is_found_out_by_the_bloom_filter()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.HidesEventsFrom = 101;

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
    }

    [Test]
    public async Task A_node_without_eth_getLogs_is_read_by_its_receipts()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Chain.Mine(entry.Operation);
        Chain.MineEmpty(20);
        Chain.Node.Refuses("eth_getLogs", -32601, "no such method");

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(121));
        Assert.That(Chain.Node.CountOf("eth_getBlockReceipts"), Is.EqualTo(1));
    }

    [Test]
    public async Task Operations_that_a_receipt_shows_and_the_index_has_not_are_added()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        Hash32 transaction = Chain.Mine(entry.Operation);
        Chain.Node.Answers("eth_getLogs", new System.Text.Json.Nodes.JsonArray());
        await _bench.FollowAsync();
        Assert.That(await _bench.PendingAsync(), Has.Count.EqualTo(1));

        TransactionReceipt receipt = (await new EthClient(Chain.Node).GetTransactionReceiptAsync(transaction, default))!;
        await _bench.Index.AddMissedAsync(receipt, default);

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(await _bench.History.FindIncludedAsync(entry.UserOpHash, default), Is.Not.Null);
    }

    [Test]
    public async Task What_waits_behind_a_nonce_that_another_operation_used_stays()
    {
        MempoolEntry rival = await _bench.AdmitAsync(1, nonce: 0);
        MempoolEntry behind = await _bench.AdmitAsync(1, nonce: 1);
        Chain.Mine(rival.Operation with { CallData = Bytes.Parse("0x01") });

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { behind.UserOpHash }));
        Assert.That((await _bench.StatusAsync(rival.UserOpHash))!.State, Is.EqualTo(OperationState.Replaced));
    }
}
