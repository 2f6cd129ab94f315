using System.Text.Json.Nodes;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;

namespace Bundler.Tests.Engine.Retention;

/// <summary>Operations that the index has left to the chain: what a look-up says of them, whatever the Ethereum node has forgotten.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecallTests
{
    private static readonly UserOperation _old = A.UserOperation() with { Sender = A.AddressOf(7) };
    private static readonly Hash32 _hash = FakeChain.HashOf(_old);

    private readonly FakeChain _chain = new();
    private InclusionBench _bench = null!;
    private OperationLookup _lookup = null!;
    private Hash32 _transaction;

    [SetUp]
    public async Task BeginAsync()
    {
        _bench = await InclusionBench.CreateAsync(_chain);
        _transaction = _chain.Mine(_old);
        _chain.MineEmpty(9);
        await _bench.FollowAsync();
        _chain.Finalized = 105;
        await _bench.Finality.AdvanceAsync(default);
        Assert.That(await _bench.Retention.MoveOperationsAsync(101, 100, 64, DateTimeOffset.UnixEpoch, Fence.Sole, default), Is.EqualTo(1));
        _lookup = Lookups.On(_chain.Node, _bench.Mempools, _bench.PoolStore, _bench.History, _bench.Clock, new InclusionOptions { HistoryBlocks = 0 });
    }

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task Is_read_from_its_transaction_without_a_search_and_remembered()
    {
        int searches = _chain.Node.CountOf("eth_getLogs");
        int receipts = _chain.Node.CountOf("eth_getTransactionReceipt");

        IncludedOperation? found = await _lookup.FindIncludedAsync(_hash, default);
        IncludedReceipt? receipt = await _lookup.FindReceiptAsync(found!, default);
        await _lookup.FindIncludedAsync(_hash, default);

        Assert.That((found!.TransactionHash, found.Block.Number, found.OperationJson is not null), Is.EqualTo((_transaction, 101ul, true)));
        Assert.That(receipt, Is.Not.Null);
        Assert.That(_chain.Node.CountOf("eth_getLogs"), Is.EqualTo(searches));
        Assert.That(_chain.Node.CountOf("eth_getTransactionReceipt"), Is.EqualTo(receipts + 1));
    }

    [Test]
    public async Task Is_read_from_its_block_when_the_node_has_forgotten_the_hash()
    {
        ForgetHashes();

        IncludedOperation? found = await _lookup.FindIncludedAsync(_hash, default);

        Assert.That((found!.TransactionHash, found.OperationJson is not null), Is.EqualTo((_transaction, true)));
        Assert.That(await _lookup.FindReceiptAsync(found, default), Is.Not.Null);
    }

    [Test]
    public void Is_no_operation_that_never_happened_when_the_node_has_forgotten_the_block_too()
    {
        _chain.Node.Answers("eth_getTransactionReceipt", null).Refuses("eth_getBlockReceipts", 4444, "pruned history unavailable");

        Assert.That(
            () => _lookup.FindIncludedAsync(_hash, default),
            Throws.TypeOf<HistoryUnknownException>().With.Message.Contains(_transaction.ToString()).And.Message.Contains("block 101"));
    }

    [Test]
    public async Task Its_last_status_is_told_also_when_the_node_has_forgotten_it()
    {
        _chain.Node.Answers("eth_getTransactionReceipt", null).Answers("eth_getBlockReceipts", null);

        OperationStanding? standing = await new OperationStandings(_lookup, null!).FindAsync(_hash, default);

        Assert.That((standing!.State, standing.TransactionHash, standing.Included), Is.EqualTo((OperationState.Final, (Hash32?)_transaction, (IncludedOperation?)null)));
    }

    [Test]
    public async Task Its_last_status_is_told_also_while_the_node_is_away_and_the_node_is_asked_once()
    {
        _chain.Node.Fails("eth_getTransactionReceipt").Fails("eth_getTransactionByHash").Fails("eth_getBlockReceipts");
        int asked = _chain.Node.CountOf("eth_getTransactionReceipt");

        OperationStanding? standing = await new OperationStandings(_lookup, null!).FindAsync(_hash, default);

        Assert.That((standing!.State, standing.TransactionHash), Is.EqualTo((OperationState.Final, (Hash32?)_transaction)));
        Assert.That(_chain.Node.CountOf("eth_getTransactionReceipt"), Is.EqualTo(asked + 1));
    }

    private void ForgetHashes()
    {
        JsonNode? receipt = JsonNode.Parse(_chain.ReceiptOf(_transaction));
        JsonNode? transaction = JsonNode.Parse(_chain.TransactionOf(_transaction));
        _chain.Node
            .Answers("eth_getTransactionReceipt", null)
            .Answers("eth_getTransactionByHash", null)
            .On("eth_getBlockReceipts", parameters => parameters[0].GetString() == "0x65" ? new JsonArray(receipt!.DeepClone()) : null)
            .On("eth_getTransactionByBlockNumberAndIndex", parameters =>
                (parameters[0].GetString(), parameters[1].GetString()) == ("0x65", "0x0") ? transaction!.DeepClone() : null);
    }
}
