using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;

namespace Bundler.Tests.Ethereum.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnswerTruthTests
{
    private static readonly Hash32 _transaction = Hash32.From(0x7a);
    private static readonly Hash32 _topic = Hash32.From(0x70);
    private static readonly JsonRpcRequest _receiptOf = JsonRpcRequest.Create("eth_getTransactionReceipt", writer => writer.WriteStringValue(_transaction.ToString()));

    private static readonly (string Lie, Action<JsonObject> Tell)[] _lies =
    [
        ("the receipt is of another transaction", receipt => receipt["transactionHash"] = Hash32.From(1).ToString()),
        ("the receipt says failed and has logs", receipt => receipt["status"] = "0x0"),
        ("the receipt has logs of another block", receipt => Log(receipt)["blockHash"] = Hash32.From(1).ToString()),
        ("the receipt has logs of another block", receipt => Log(receipt)["blockNumber"] = "0x7"),
        ("the receipt has logs of another transaction", receipt => Log(receipt)["transactionHash"] = Hash32.From(1).ToString()),
        ("the receipt has logs of another place in the block", receipt => Log(receipt)["transactionIndex"] = "0x5"),
        ("the logs of the receipt are out of order", receipt => Log(receipt)["logIndex"] = "0x1"),
        ("the receipt's bloom filter rules out one of its logs", receipt => Log(receipt)["topics"]![0] = Hash32.From(0xbad).ToString()),
        ("the receipt's bloom filter rules out one of its logs", receipt => Log(receipt)["address"] = A.AddressOf(0xbad).ToLowerHex()),
    ];

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void What_is_true_is_believed([Values(true, false)] bool hasFilter)
    {
        JsonObject receipt = Receipt();
        receipt["logsBloom"] = hasFilter ? receipt["logsBloom"]!.DeepClone() : Blooms.Of().ToString();

        Assert.That(AnswerTruth.FindLie(_receiptOf, Answer(receipt)), Is.Null);
        Assert.That(AnswerTruth.FindLie(_receiptOf, Answer(null)), Is.Null);
    }

    [Test]
    public void A_receipt_that_contradicts_itself_or_the_question_is_no_answer([Range(0, 8)] int index)
    {
        JsonObject receipt = Receipt();
        _lies[index].Tell(receipt);

        Assert.That(AnswerTruth.FindLie(_receiptOf, Answer(receipt)), Is.EqualTo(_lies[index].Lie));
    }

    [TestCase("address", "0x0000000000000000000000000000000000000bad", "a log is of another contract than was asked for")]
    [TestCase("blockNumber", "0x9", "a log is of another block than was asked for")]
    public void Logs_that_nobody_asked_for_are_no_answer(string field, string value, string lie)
    {
        JsonRpcRequest filter = JsonRpcRequest.Create("eth_getLogs", writer => JsonNode.Parse(
            $$"""{"fromBlock":"0x5","toBlock":"0x8","address":["{{A.Contract.ToLowerHex()}}"],"topics":[["{{_topic}}"],null]}""")!.WriteTo(writer));
        JsonNode log = Log(Receipt()).DeepClone();
        log["topics"]!.AsArray().Add(Hash32.From(9).ToString());
        Assert.That(AnswerTruth.FindLie(filter, Answer(new JsonArray(log.DeepClone()))), Is.Null);

        log[field] = value;

        Assert.That(AnswerTruth.FindLie(filter, Answer(new JsonArray(log))), Is.EqualTo(lie));
    }

    [Test]
    public async Task Another_endpoint_is_asked_and_the_liar_is_out()
    {
        JsonObject lie = Receipt();
        Log(lie)["transactionHash"] = Hash32.From(1).ToString();
        FakeNode liar = AccessRig.Node("liar").Answers("eth_getTransactionReceipt", lie);
        FakeNode honest = AccessRig.Node("honest").Answers("eth_getTransactionReceipt", Receipt());
        AccessRig rig = new(new ChainAccessOptions { ChainId = 56 }, _clock, ("liar", liar), ("honest", honest));
        await rig.Probe.AllAsync(default);

        JsonElement told = await rig.Transport.SendAsync(_receiptOf, default);

        Assert.That(told.GetProperty("logs")[1].GetProperty("transactionHash").GetString(), Is.EqualTo(_transaction.ToString()));
        Assert.That(rig["liar"].Health.Verdict.State, Is.EqualTo(EndpointState.Failing));
        Assert.That(rig["liar"].Health.Verdict.Reason, Does.Contain("logs of another transaction"));
    }

    [Test]
    public async Task A_single_one_is_asked_again_and_not_believed_while_it_lies()
    {
        JsonObject lie = Receipt();
        lie["status"] = "0x0";
        FakeNode node = AccessRig.Node("one").AnswersInTurn("eth_getTransactionReceipt", lie, Receipt());
        RetryOptions quick = new() { MaxAttempts = 2, FirstDelay = TimeSpan.FromMilliseconds(1) };
        AccessRig rig = new(new ChainAccessOptions { Retry = quick }, TimeProvider.System, ("one", node));

        Assert.That((await rig.Transport.SendAsync(_receiptOf, default)).GetProperty("status").GetString(), Is.EqualTo("0x1"));

        node.Answers("eth_getTransactionReceipt", lie);
        Assert.That(async () => await rig.Transport.SendAsync(_receiptOf, default), Throws.TypeOf<TransportException>().With.Message.Contains("cannot be true"));
    }

    private static JsonObject Log(JsonObject receipt) => receipt["logs"]![1]!.AsObject();

    private static JsonRpcResponse Answer(JsonNode? result) => new(JsonElement.Parse(result?.ToJsonString() ?? "null"));

    private static JsonObject Receipt()
    {
        JsonObject Entry(int index) => new()
        {
            ["address"] = A.Contract.ToLowerHex(),
            ["topics"] = new JsonArray(_topic.ToString()),
            ["data"] = "0x",
            ["blockHash"] = A.HashOf(6).ToString(),
            ["blockNumber"] = "0x6",
            ["transactionHash"] = _transaction.ToString(),
            ["transactionIndex"] = "0x2",
            ["logIndex"] = Hex.EncodeQuantity((ulong)index),
        };
        return new JsonObject
        {
            ["transactionHash"] = _transaction.ToString(),
            ["transactionIndex"] = "0x2",
            ["blockHash"] = A.HashOf(6).ToString(),
            ["blockNumber"] = "0x6",
            ["from"] = A.Account.ToLowerHex(),
            ["to"] = A.Contract.ToLowerHex(),
            ["status"] = "0x1",
            ["gasUsed"] = "0x5208",
            ["cumulativeGasUsed"] = "0x5208",
            ["logsBloom"] = Blooms.Of(A.Contract.ToBytes(), _topic.ToBytes()).ToString(),
            ["logs"] = new JsonArray(Entry(1), Entry(2)),
        };
    }
}
