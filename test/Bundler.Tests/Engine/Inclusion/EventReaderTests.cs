using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission.Flights;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.Tests.Engine.Inclusion;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EventReaderTests
{
    private static readonly Hash32 _transaction = Hash32.From(0x7a_0001);

    private readonly MemoryLedgerStore _ledger = new();
    private FakeNode _node = null!;
    private Dictionary<ulong, JsonObject?> _blocks = null!;

    [SetUp]
    public void SetUp()
    {
        _blocks = Enumerable.Range(5, 4).ToDictionary(number => (ulong)number, number => (JsonObject?)Block((ulong)number));
        _node = new FakeNode()
            .On("eth_getBlockByNumber", parameters => _blocks.GetValueOrDefault(EthereumJson.ReadUInt64(parameters[0]))?.DeepClone())
            .Answers("eth_getLogs", new JsonArray())
            .Answers("eth_getTransactionByHash", null);
        Mine(A.HashOf(6), Logs.BeforeExecution(), Logs.Foreign(1), Logs.Ended(1));
    }

    [Test]
    public async Task Blocks_without_operations_are_read_in_one_round_trip()
    {
        _node.Answers("eth_getLogs", new JsonArray());

        IReadOnlyList<ReadBlock>? blocks = await ReadAsync(5, 8);

        Assert.That(blocks!.Select(block => (block.ParentHash, block.Block.Mark)), Is.EqualTo(Numbers(5, 8).Select(number => (A.HashOf(number - 1), Mark(number)))));
        Assert.That(_node.BatchSizes, Is.EqualTo(new[] { 5 }));
    }

    [Test]
    public async Task Blocks_with_operations_take_a_second_round_trip()
    {
        await ReadAsync(5, 8);

        Assert.That(_node.BatchSizes, Is.EqualTo(new[] { 5, 1 }), "the call data; no receipt");
    }

    [Test]
    public async Task An_operation_is_what_its_event_says()
    {
        IReadOnlyList<ReadBlock>? blocks = await ReadAsync(5, 8);

        IncludedOperation operation = blocks!.Single(block => block.Block.Mark == Mark(6)).Block.Operations.Single();
        Assert.That(
            (operation.UserOpHash, operation.EntryPoint, operation.Sender, operation.Nonce, operation.Paymaster, operation.Success),
            Is.EqualTo((Logs.HashOf(1), A.EntryPoint.Address, A.AddressOf(1), UInt256.One, (Address?)null, true)));
        Assert.That(
            (operation.ActualGasCost, operation.ActualGasUsed, operation.RevertReason, operation.TransactionHash, operation.Block, operation.LogIndex),
            Is.EqualTo(((UInt256)5_000, (UInt256)50, (Bytes?)null, _transaction, Mark(6), 2UL)));
    }

    [Test]
    public async Task The_operation_itself_is_found_in_the_call_data()
    {
        UserOperation sent = A.UserOperation() with { Sender = A.AddressOf(1), Nonce = 1 };
        _node.Answers("eth_getTransactionByHash", Transaction(A.EntryPoint.Address, A.EntryPoint.Bundles.EncodeHandleOps([A.UserOperation(), sent], A.Account)));

        IncludedOperation operation = await OnlyOperationAsync();

        Assert.That(OperationJson.Read(A.EntryPoint, operation.OperationJson!.Value), Is.EqualTo(sent));
    }

    [Test]
    public async Task An_operation_that_came_through_another_contract_has_no_content()
    {
        _node.Answers("eth_getTransactionByHash", Transaction(A.Contract, A.EntryPoint.Bundles.EncodeHandleOps([A.UserOperation()], A.Account)));

        Assert.That((await OnlyOperationAsync()).OperationJson, Is.Null);
    }

    [Test]
    public async Task A_failed_operation_has_the_reason_that_the_EntryPoint_gives()
    {
        Mine(A.HashOf(6), Logs.BeforeExecution(), Logs.Reverted(EntryPointEvents.UserOperationRevertReason, 1), Logs.Ended(1, success: false));

        Assert.That((await OnlyOperationAsync()).RevertReason, Is.EqualTo(Bytes.Parse("0x1234")));
    }

    [Test]
    public async Task A_failed_postOp_has_the_reason_that_the_EntryPoint_gives()
    {
        Mine(A.HashOf(6), Logs.BeforeExecution(), Logs.Reverted(EntryPointEvents.PostOpRevertReason, 1), Logs.Ended(1, success: false));

        Assert.That((await OnlyOperationAsync()).RevertReason, Is.EqualTo(Bytes.Parse("0x1234")));
    }

    [Test]
    public async Task A_failed_operation_without_a_reason_has_an_empty_one()
    {
        Mine(A.HashOf(6), Logs.BeforeExecution(), Logs.Ended(1, success: false));

        Assert.That((await OnlyOperationAsync()).RevertReason, Is.EqualTo(Bytes.Empty));
    }

    [Test]
    public async Task A_paymasters_log_that_looks_like_a_revert_reason_neither_counts_nor_stops_the_reading()
    {
        Mine(
            A.HashOf(6), Logs.BeforeExecution(), Logs.Foreign(1, EntryPointEvents.UserOperationRevertReason.Topic), Logs.Ended(1, success: false));

        Assert.That((await OnlyOperationAsync()).RevertReason, Is.EqualTo(Bytes.Empty));
    }

    [Test]
    public async Task An_event_of_an_EntryPoint_that_is_not_served_is_no_operation()
    {
        Mine(A.HashOf(6), Logs.BeforeExecution(), Logs.Ended(2, Logs.Other), Logs.Ended(1));

        Assert.That((await OnlyOperationAsync()).UserOpHash, Is.EqualTo(Logs.HashOf(1)));
    }

    [Test]
    public async Task A_node_that_lags_behind_is_asked_again_later()
    {
        _blocks[8] = null;

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [Test]
    public async Task A_chain_that_moved_between_two_headers_is_read_again()
    {
        _blocks[7]!["hash"] = A.HashOf(0x77).ToString();

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [Test]
    public async Task A_chain_that_moved_between_headers_and_events_is_read_again()
    {
        Mine(A.HashOf(0x66), Logs.Ended(1));

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [Test]
    public async Task A_node_that_has_pruned_the_transaction_still_gives_the_operation()
    {
        _node.Refuses("eth_getTransactionByHash", -32000, "transaction indexing is in progress");

        Assert.That((await OnlyOperationAsync()).UserOpHash, Is.EqualTo(Logs.HashOf(1)));
    }

    [Test]
    public async Task Of_our_own_transactions_the_receipt_and_the_slices_of_its_logs_are_kept()
    {
        Own();

        IndexedBlock block = (await ReadAsync(5, 8))!.Single(each => each.Block.Mark == Mark(6)).Block;

        using JsonDocument logs = JsonDocument.Parse(block.Operations.Single().LogsJson.Memory);
        Assert.That(logs.RootElement.EnumerateArray().Select(log => log.GetProperty("logIndex").GetString()), Is.EqualTo(new[] { "0x1", "0x2" }));
        using JsonDocument json = JsonDocument.Parse(block.Receipts.Single().Json.Memory);
        Assert.That((block.Receipts[0].TransactionHash, json.RootElement.GetProperty("marker").GetString()), Is.EqualTo((_transaction, "kept")));
    }

    [Test]
    public async Task A_chain_that_moved_between_headers_and_our_receipts_is_read_again([Values] bool isLost)
    {
        Own();
        _node.Answers("eth_getTransactionReceipt", isLost ? null : Receipt(A.HashOf(0x66), []));

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [Test]
    public async Task A_receipt_that_is_too_large_keeps_nobody_from_the_events_in_it()
    {
        Own();
        _node.Refuses("eth_getTransactionReceipt", JsonRpcError.Oversized, "too large");

        Assert.That((await OnlyOperationAsync()).LogsJson, Is.EqualTo(Bytes.Empty));
    }

    [Test]
    public async Task Our_receipt_that_is_too_large_is_in_the_ledger_by_its_trace_and_its_events()
    {
        Own();
        JsonObject info = Transaction(A.EntryPoint.Address, Bytes.Empty);
        info["blockHash"] = A.HashOf(6).ToString();
        info["blockNumber"] = "0x6";
        info["transactionIndex"] = "0x0";
        info["gasPrice"] = "0x7";
        _node.Refuses("eth_getTransactionReceipt", JsonRpcError.Oversized, "too large").Answers("eth_getTransactionByHash", info).Answers(
            "debug_traceTransaction", new JsonObject { ["type"] = "CALL", ["from"] = A.Account.ToLowerHex(), ["gas"] = "0xffff", ["gasUsed"] = "0x5208" });

        LedgerEntry entry = (await ReadAsync(5, 8))!.SelectMany(block => block.Block.Ledger).Single();

        Assert.That((entry.TransactionHash, entry.Success, entry.GasUsed, entry.GasPaid), Is.EqualTo((_transaction, true, 21_000UL, (UInt256)147_000)));
        Assert.That((entry.FeesReceived, entry.Shares.Single().UserOpHash), Is.EqualTo(((UInt256)5_000, Logs.HashOf(1))));
        Assert.That(_node.ParamsOf("debug_traceTransaction").Single()[1].GetProperty("tracerConfig").GetProperty("onlyTopCall").GetBoolean());
    }

    [Test]
    public async Task An_event_that_says_otherwise_than_our_receipt_is_not_believed()
    {
        Own();
        JsonArray told = JsonNode.Parse((await _node.SendAsync(JsonRpcRequest.Create("eth_getLogs"), default)).GetRawText())!.AsArray();
        told[0]!["data"] = Logs.Ended(1, success: false)["data"]!.DeepClone();
        _node.Answers("eth_getLogs", told);

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [TestCase("number")]
    [TestCase("transaction")]
    [TestCase("bloom")]
    public async Task An_event_that_its_block_cannot_have_is_not_believed(string lie)
    {
        _blocks[6]!["transactions"] = new JsonArray(_transaction.ToString());
        Assert.That(await OnlyOperationAsync(), Is.Not.Null);
        switch (lie)
        {
            case "number":
                JsonArray told = JsonNode.Parse((await _node.SendAsync(JsonRpcRequest.Create("eth_getLogs"), default)).GetRawText())!.AsArray();
                told[0]!["blockNumber"] = "0x7";
                _node.Answers("eth_getLogs", told);
                break;
            case "transaction":
                _blocks[6]!["transactions"] = new JsonArray(Hash32.From(0x0e_0001).ToString());
                break;
            default:
                _blocks[6]!["logsBloom"] = Blooms.Of(A.EntryPoint.Address.ToBytes(), EntryPointEvents.UserOperationEvent.Topic.ToBytes()).ToString();
                break;
        }

        Assert.That(await ReadAsync(5, 8), Is.Null);
    }

    [Test]
    public async Task Where_the_logs_of_a_range_are_too_large_they_are_asked_for_block_by_block()
    {
        JsonNode events = JsonNode.Parse((await _node.SendAsync(JsonRpcRequest.Create("eth_getLogs"), default)).GetRawText())!;
        _node.On("eth_getLogs", parameters => !parameters[0].TryGetProperty("blockHash", out JsonElement hash)
            ? throw TooLarge()
            : hash.GetString() == A.HashOf(6).ToString() ? events.DeepClone() : new JsonArray());

        Assert.That((await OnlyOperationAsync()).UserOpHash, Is.EqualTo(Logs.HashOf(1)));
    }

    [Test]
    public async Task Where_a_block_is_too_large_altogether_its_transactions_are_read_one_by_one_and_the_one_that_is_too_large_is_passed_over()
    {
        Hash32 bulky = Hash32.From(0xb1_0001);
        JsonNode receipt = JsonNode.Parse((await _node.SendAsync(JsonRpcRequest.Create("eth_getTransactionReceipt"), default)).GetRawText())!;
        _blocks[6]!["transactions"] = new JsonArray(bulky.ToString(), _transaction.ToString());
        _node.On("eth_getLogs", _ => throw TooLarge()).On("eth_getBlockReceipts", _ => throw TooLarge()).On(
            "eth_getTransactionReceipt", parameters => EthereumJson.ReadHash(parameters[0]) == bulky ? throw TooLarge() : receipt.DeepClone());

        Assert.That((await OnlyOperationAsync()).UserOpHash, Is.EqualTo(Logs.HashOf(1)));
    }

    [Test]
    public void A_node_that_refuses_the_events_is_a_fault()
    {
        _node.Refuses("eth_getLogs", -32005, "query returned too many results");

        Assert.That(() => ReadAsync(5, 8), Throws.InstanceOf<JsonRpcException>());
    }

    [Test]
    public async Task Events_are_asked_for_the_whole_range_and_the_served_EntryPoints_only()
    {
        await ReadAsync(5, 8);

        JsonElement filter = _node.ParamsOf("eth_getLogs").Single()[0];
        Assert.That(
            (filter.GetProperty("fromBlock").GetString(), filter.GetProperty("toBlock").GetString(), filter.GetProperty("address").ToString().ToLowerInvariant()),
            Is.EqualTo(("0x5", "0x8", $"[\"{A.EntryPoint.Address.ToLowerHex()}\"]")));
    }

    private async Task<IReadOnlyList<ReadBlock>?> ReadAsync(ulong from, ulong to)
    {
        EthClient eth = new(_node);
        ServedEntryPoints entryPoints = new([A.EntryPoint]);
        using EngineMetrics metrics = new();
        return await new EventReader(
            eth, entryPoints, new Carriers(eth, entryPoints), new BareReceipts(eth, new DebugClient(_node), entryPoints), _ledger, new LedgerBook(entryPoints),
            new Doubts(metrics, NullLogger<Doubts>.Instance, TimeProvider.System), metrics, NullLogger<EventReader>.Instance).ReadAsync(from, to, default);
    }

    private static JsonRpcException TooLarge() => new(new JsonRpcError(JsonRpcError.Oversized, "too large"));

    /// <summary>The transaction was signed here.</summary>
    private void Own()
    {
        _blocks[6]!["transactions"] = new JsonArray(_transaction.ToString());
        _ledger.Signed[_transaction] = LedgerTransactions.Signed(0, A.UserOperation()) with { TransactionHash = _transaction };
    }

    private async Task<IncludedOperation> OnlyOperationAsync() => (await ReadAsync(5, 8))!.SelectMany(block => block.Block.Operations).Single();

    /// <summary>One transaction with these logs, in the block of this hash.</summary>
    private void Mine(Hash32 block, params JsonObject[] logs)
    {
        for (int index = 0; index < logs.Length; index++)
        {
            logs[index]["blockHash"] = block.ToString();
            logs[index]["blockNumber"] = "0x6";
            logs[index]["transactionHash"] = _transaction.ToString();
            logs[index]["logIndex"] = Hex.EncodeQuantity((ulong)index);
        }

        JsonNode[] events = [.. logs.Where(IsServedEvent).Select(log => log.DeepClone())];
        _node.Answers("eth_getLogs", new JsonArray(events)).Answers("eth_getTransactionReceipt", Receipt(block, logs));
    }

    private static bool IsServedEvent(JsonObject log) =>
        (string?)log["address"] == A.EntryPoint.Address.ToLowerHex()
        && log["topics"]!.AsArray() is [var first, ..] && BlockEvents.Topics.Any(topic => topic.ToString() == (string?)first);

    private static JsonObject Block(ulong number) => new()
    {
        ["number"] = Hex.EncodeQuantity(number),
        ["hash"] = A.HashOf(number).ToString(),
        ["parentHash"] = A.HashOf(number - 1).ToString(),
        ["timestamp"] = "0x64",
        ["gasLimit"] = "0x3473bc0",
        ["gasUsed"] = "0x0",
    };

    private static JsonObject Receipt(Hash32 block, JsonObject[] logs) => new()
    {
        ["transactionHash"] = _transaction.ToString(),
        ["transactionIndex"] = "0x0",
        ["blockHash"] = block.ToString(),
        ["blockNumber"] = "0x6",
        ["from"] = A.Account.ToLowerHex(),
        ["to"] = A.EntryPoint.Address.ToLowerHex(),
        ["status"] = "0x1",
        ["gasUsed"] = "0x5208",
        ["cumulativeGasUsed"] = "0x5208",
        ["marker"] = "kept",
        ["logs"] = new JsonArray([.. logs.Select(log => log.DeepClone())]),
    };

    private static JsonObject Transaction(Address to, Bytes input) => new()
    {
        ["hash"] = _transaction.ToString(),
        ["from"] = A.Account.ToLowerHex(),
        ["to"] = to.ToLowerHex(),
        ["nonce"] = "0x0",
        ["input"] = input.ToString(),
        ["gas"] = "0x5208",
    };

    private static BlockMark Mark(ulong number) => new(number, A.HashOf(number));

    private static IEnumerable<ulong> Numbers(ulong from, ulong to)
    {
        for (ulong number = from; number <= to; number++)
        {
            yield return number;
        }
    }
}
