using System.Text.Json.Nodes;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Client;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EthClientTests
{
    private static readonly Address Account = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Address Target = Address.Parse("0x00000000000000000000000000000000000000bb");
    private static readonly Hash32 Hash = Hash32.From(0x1234);

    private readonly FakeNode _node = new();

    private EthClient Eth => new(_node);

    [Test]
    public async Task Reads_numbers_with_leading_zeros_as_some_nodes_write_them()
    {
        _node.Answers("eth_chainId", "0x0038").Answers("eth_getBalance", "0x00").Answers("eth_getStorageAt", "0x01");

        Assert.That(await Eth.ChainIdAsync(default), Is.EqualTo(56ul));
        Assert.That(await Eth.GetBalanceAsync(Account, BlockTag.Latest, default), Is.EqualTo(UInt256.Zero));
        Assert.That(await Eth.GetStorageAtAsync(Account, Hash, BlockTag.Latest, default), Is.EqualTo(Hash32.From(1)));
    }

    [Test]
    public async Task Names_a_block_by_tag_number_or_hash()
    {
        _node.Answers("eth_getCode", "0x").Answers("eth_getBlockByNumber", null).Answers("eth_getBlockByHash", null);

        await Eth.GetCodeAsync(Account, default, default);
        await Eth.GetCodeAsync(Account, BlockTag.Finalized, default);
        await Eth.GetCodeAsync(Account, BlockTag.Number(255), default);
        await Eth.GetCodeAsync(Account, BlockTag.ByHash(Hash), default);
        await Eth.GetBlockAsync(BlockTag.Pending, default);
        await Eth.GetBlockAsync(BlockTag.ByHash(Hash), default);

        Assert.That(_node.ParamsOf("eth_getCode").Select(parameters => parameters[1].GetRawText()), Is.EqualTo(new[]
        {
            "\"latest\"", "\"finalized\"", "\"0xff\"", $"{{\"blockHash\":\"{Hash}\"}}",
        }));
        Assert.That(_node.ParamsOf("eth_getBlockByNumber")[0].GetRawText(), Is.EqualTo("[\"pending\",false]"));
        Assert.That(_node.ParamsOf("eth_getBlockByHash")[0].GetRawText(), Is.EqualTo($"[\"{Hash}\",false]"));
    }

    [Test]
    public async Task Reads_a_block()
    {
        _node.Answers("eth_getBlockByNumber", Samples.Block(7));

        BlockHeader? block = await Eth.GetBlockAsync(BlockTag.Latest, default);

        Assert.That(block!.Number, Is.EqualTo(7ul));
        Assert.That(block.Hash, Is.EqualTo(Samples.HashOf(7)));
        Assert.That(block.ParentHash, Is.EqualTo(Samples.HashOf(6)));
        Assert.That(block.BaseFeePerGas, Is.EqualTo((UInt256)7));
        Assert.That(block.TransactionHashes, Is.EqualTo(new[] { Hash32.From(1) }));
    }

    [Test]
    public async Task A_malformed_result_names_the_method_and_the_field()
    {
        JsonObject block = Samples.Block(7);
        block["transactions"] = new JsonArray("0x12");
        _node.Answers("eth_getBlockByNumber", block).Answers("eth_getTransactionReceipt", new JsonObject()).Answers("eth_chainId", 56);

        Assert.That((await Assert.ThrowsAsync<CodecException>(() => Eth.GetBlockAsync(BlockTag.Latest, default)))!.Path, Is.EqualTo("eth_getBlockByNumber.transactions[0]"));
        Assert.That(
            (await Assert.ThrowsAsync<CodecException>(() => Eth.GetTransactionReceiptAsync(Hash, default)))!.Message,
            Is.EqualTo("eth_getTransactionReceipt.transactionHash: is missing"));
        Assert.That((await Assert.ThrowsAsync<CodecException>(() => Eth.ChainIdAsync(default)))!.Message, Is.EqualTo("eth_chainId: expected a string, got a JSON Number"));
    }

    [Test]
    public async Task Writes_only_what_a_call_has()
    {
        _node.Answers("eth_call", "0x01");

        Bytes result = await Eth.CallAsync(new CallRequest { To = Target, Data = Bytes.Parse("0xabcd") }, BlockTag.Latest, default);

        Assert.That(result, Is.EqualTo(Bytes.Parse("0x01")));
        Assert.That(
            _node.ParamsOf("eth_call")[0].GetRawText(),
            Is.EqualTo("""[{"to":"0x00000000000000000000000000000000000000bb","data":"0xabcd"},"latest"]"""));
    }

    [Test]
    public async Task Writes_all_that_a_call_can_have()
    {
        _node.Answers("eth_call", "0x");
        CallRequest call = new()
        {
            From = Account,
            To = Target,
            Gas = 1000,
            Value = 1,
            MaxFeePerGas = 2,
            MaxPriorityFeePerGas = 1,
            AuthorizationList = [new Authorization(56, Target, 3, 1, 4, 5)],
        };
        StateOverride state = StateOverride.Empty
            .With(Account, account => account with { Balance = 16, Nonce = 1 })
            .With(Account, account => account with { StateDiff = new Dictionary<Hash32, Hash32> { [Hash] = Hash32.Zero } })
            .With(Target, new AccountOverride { Code = Bytes.Parse("0x00"), State = new Dictionary<Hash32, Hash32>() });
        BlockOverride block = new() { Number = 1, Time = 2, BaseFeePerGas = 0 };

        await Eth.CallAsync(call, BlockTag.Pending, state, block, default);

        JsonNode parameters = JsonNode.Parse(_node.ParamsOf("eth_call")[0].GetRawText())!;
        JsonNode expected = JsonNode.Parse($$"""
            [
              {
                "from": "0x00000000000000000000000000000000000000aa", "to": "0x00000000000000000000000000000000000000bb", "data": "0x",
                "gas": "0x3e8", "value": "0x1", "maxFeePerGas": "0x2", "maxPriorityFeePerGas": "0x1",
                "authorizationList": [
                  { "chainId": "0x38", "address": "0x00000000000000000000000000000000000000bb", "nonce": "0x3", "yParity": "0x1", "r": "0x4", "s": "0x5" }
                ]
              },
              "pending",
              {
                "0x00000000000000000000000000000000000000aa": { "balance": "0x10", "nonce": "0x1", "stateDiff": { "{{Hash}}": "{{Hash32.Zero}}" } },
                "0x00000000000000000000000000000000000000bb": { "code": "0x00", "state": {} }
              },
              { "number": "0x1", "time": "0x2", "baseFeePerGas": "0x0" }
            ]
            """)!;
        Assert.That(JsonNode.DeepEquals(parameters, expected), Is.True, parameters.ToJsonString());
    }

    [Test]
    public async Task Leaves_out_overrides_that_override_nothing()
    {
        _node.Answers("eth_estimateGas", "0x5208");

        ulong gas = await Eth.EstimateGasAsync(new CallRequest { To = Target, AuthorizationList = [] }, BlockTag.Latest, StateOverride.Empty, default);

        Assert.That(gas, Is.EqualTo(21_000ul));
        Assert.That(_node.ParamsOf("eth_estimateGas")[0].GetArrayLength(), Is.EqualTo(2));
        Assert.That(_node.ParamsOf("eth_estimateGas")[0][0].TryGetProperty("authorizationList", out _), Is.False);
    }

    [TestCase(3, "execution reverted", "\"0x08c379a0\"", "0x08c379a0", TestName = "geth, bsc, anvil, erigon, reth: code 3 with data")]
    [TestCase(3, "execution reverted", "\"0x\"", "0x", TestName = "geth: code 3 without reason")]
    [TestCase(3, "execution reverted", null, "0x", TestName = "code 3 without data")]
    [TestCase(-32000, "execution reverted", null, "0x", TestName = "older geth: no data")]
    [TestCase(-32000, "Execution reverted", "\"0x01\"", "0x01", TestName = "besu: code -32000")]
    [TestCase(-32015, "VM execution error.", "\"Reverted 0x08c379a0\"", "0x08c379a0", TestName = "nethermind: words before the data")]
    [TestCase(-32603, "VM Exception", "{\"message\":\"reverted\",\"data\":\"0x02\"}", "0x02", TestName = "hardhat: data in an object")]
    public async Task Tells_a_revert_by_the_habits_of_the_nodes(int code, string message, string? data, string expected)
    {
        _node.Refuses("eth_call", code, message, data is null ? null : JsonNode.Parse(data));

        CallRevertedException? revert = await Assert.ThrowsAsync<CallRevertedException>(() => Eth.CallAsync(new CallRequest { To = Target }, BlockTag.Latest, default));

        Assert.That(revert!.RevertData, Is.EqualTo(Bytes.Parse(expected)));
        Assert.That(revert.Error.Message, Is.EqualTo(message));
    }

    [TestCase(-32000, "out of gas", null)]
    [TestCase(-32000, "header not found", null)]
    [TestCase(-32602, "invalid params", "\"missing field\"")]
    [TestCase(-32602, "invalid params", "\"0xzz\"")]
    [TestCase(-32602, "invalid params", "{\"param\":1}")]
    public void Any_other_error_is_not_a_revert(int code, string message, string? data)
    {
        _node.Refuses("eth_call", code, message, data is null ? null : JsonNode.Parse(data));

        Assert.That(() => Eth.CallAsync(new CallRequest { To = Target }, BlockTag.Latest, default), Throws.TypeOf<JsonRpcException>());
    }

    [Test]
    public async Task Reads_a_receipt_and_keeps_the_nodes_own()
    {
        JsonObject sample = Samples.Receipt(Hash);
        sample["l1Fee"] = "0x1";
        _node.Answers("eth_getTransactionReceipt", sample);

        TransactionReceipt? receipt = await Eth.GetTransactionReceiptAsync(Hash, default);

        Assert.That(receipt!.Success, Is.True);
        Assert.That(receipt.TransactionHash, Is.EqualTo(Hash));
        Assert.That(receipt.To, Is.EqualTo(Target));
        Assert.That(receipt.ContractAddress, Is.Null);
        Assert.That(receipt.EffectiveGasPrice, Is.EqualTo((UInt256)50_000_000));
        Assert.That(receipt.Type, Is.EqualTo(2));
        Assert.That(receipt.Logs.Single().Topics, Is.EqualTo(new[] { Hash32.From(9) }));
        Assert.That(receipt.Logs.Single().LogIndex, Is.EqualTo(3ul));
        Assert.That(receipt.Raw.GetProperty("l1Fee").GetString(), Is.EqualTo("0x1"));
    }

    [Test]
    public async Task What_the_node_does_not_know_is_null()
    {
        _node.Answers("eth_getTransactionReceipt", null).Answers("eth_getTransactionByHash", null).Answers("eth_getBlockReceipts", null);

        Assert.That(await Eth.GetTransactionReceiptAsync(Hash, default), Is.Null);
        Assert.That(await Eth.GetTransactionByHashAsync(Hash, default), Is.Null);
        Assert.That(await Eth.GetBlockReceiptsAsync(BlockTag.Latest, default), Is.Null);
    }

    [Test]
    public async Task Reads_a_pending_transaction()
    {
        _node.Answers("eth_getTransactionByHash", new JsonObject
        {
            ["hash"] = Hash.ToString(),
            ["from"] = Account.ToString(),
            ["to"] = null,
            ["nonce"] = "0x5",
            ["input"] = "0xab",
            ["gas"] = "0x5208",
            ["blockHash"] = null,
            ["blockNumber"] = null,
            ["type"] = "0x4",
            ["maxFeePerGas"] = "0x2",
        });

        TransactionInfo? transaction = await Eth.GetTransactionByHashAsync(Hash, default);

        Assert.That(transaction!.BlockNumber, Is.Null);
        Assert.That(transaction.BlockHash, Is.Null);
        Assert.That(transaction.Nonce, Is.EqualTo(5ul));
        Assert.That(transaction.Type, Is.EqualTo(4));
        Assert.That(transaction.MaxFeePerGas, Is.EqualTo((UInt256)2));
    }

    [Test]
    public async Task Filters_logs_by_address_and_topics()
    {
        _node.Answers("eth_getLogs", new JsonArray());

        await Eth.GetLogsAsync(
            new LogFilter { FromBlock = BlockTag.Number(1), ToBlock = BlockTag.Latest, Addresses = [Target], Topics = [[Hash], [], [Hash, Hash32.Zero]] }, default);
        await Eth.GetLogsAsync(new LogFilter { BlockHash = Hash }, default);

        Assert.That(
            _node.ParamsOf("eth_getLogs")[0].GetRawText(),
            Is.EqualTo($$"""[{"fromBlock":"0x1","toBlock":"latest","address":["{{Target.ToLowerHex()}}"],"topics":[["{{Hash}}"],null,["{{Hash}}","{{Hash32.Zero}}"]]}]"""));
        Assert.That(_node.ParamsOf("eth_getLogs")[1].GetRawText(), Is.EqualTo($$"""[{"blockHash":"{{Hash}}"}]"""));
    }

    [Test]
    public async Task Reads_the_history_of_fees()
    {
        _node.Answers("eth_feeHistory", JsonNode.Parse(
            """{"oldestBlock":"0x2","baseFeePerGas":["0x1","0x2"],"gasUsedRatio":[0.5],"reward":[["0x3","0x4"]]}"""));

        FeeHistory history = await Eth.FeeHistoryAsync(1, BlockTag.Latest, [10, 50.5], default);

        Assert.That(_node.ParamsOf("eth_feeHistory")[0].GetRawText(), Is.EqualTo("""["0x1","latest",[10,50.5]]"""));
        Assert.That(history.BaseFeePerGas, Is.EqualTo(new UInt256[] { 1, 2 }));
        Assert.That(history.GasUsedRatio, Is.EqualTo(new[] { 0.5 }));
        Assert.That(history.Reward.Single(), Is.EqualTo(new UInt256[] { 3, 4 }));
    }
}
