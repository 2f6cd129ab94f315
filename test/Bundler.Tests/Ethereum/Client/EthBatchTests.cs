using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Client;

public sealed class EthBatchTests
{
    private static readonly Address Account = Address.Parse("0x00000000000000000000000000000000000000aa");

    [Test]
    public async Task Sends_typed_calls_in_one_round_trip()
    {
        FakeNode node = new FakeNode().Answers("eth_getCode", "0x60").Answers("eth_getTransactionCount", "0x2").Answers("eth_getBalance", "0x3");
        EthBatch batch = new EthClient(node).Batch();
        Pending<Bytes> code = batch.GetCode(Account, BlockTag.Latest);
        Pending<ulong> nonce = batch.GetTransactionCount(Account, BlockTag.Pending);
        Pending<UInt256> balance = batch.GetBalance(Account, BlockTag.Latest);

        await batch.SendAsync(default);

        Assert.That(code.Value, Is.EqualTo(Bytes.Parse("0x60")));
        Assert.That(nonce.Value, Is.EqualTo(2ul));
        Assert.That(balance.Value, Is.EqualTo((UInt256)3));
        Assert.That(node.BatchSizes, Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public async Task Each_call_fails_for_itself()
    {
        FakeNode node = new FakeNode()
            .Refuses("eth_call", 3, "execution reverted", "0xaabbccdd").Refuses("eth_getCode", -32000, "header not found")
            .Answers("eth_gasPrice", "0x1").Answers("eth_blockNumber", "latest");
        EthBatch batch = new EthClient(node).Batch();
        Pending<Bytes> reverted = batch.Call(new CallRequest { To = Account }, BlockTag.Latest);
        Pending<Bytes> refused = batch.GetCode(Account, BlockTag.Latest);
        Pending<ulong> malformed = batch.BlockNumber();
        Pending<UInt256> fine = batch.GasPrice();

        await batch.SendAsync(default);

        Assert.That(reverted.Failed, Is.True);
        Assert.That(reverted.RevertData, Is.EqualTo(Bytes.Parse("0xaabbccdd")));
        Assert.That(() => reverted.Value, Throws.TypeOf<CallRevertedException>());
        Assert.That(refused.Error!.Message, Is.EqualTo("header not found"));
        Assert.That(refused.RevertData, Is.Null);
        Assert.That(() => refused.Value, Throws.TypeOf<JsonRpcException>());
        Assert.That(() => malformed.Value, Throws.TypeOf<CodecException>().With.Message.StartsWith("eth_blockNumber: "));
        Assert.That(fine.Failed, Is.False);
        Assert.That(fine.Value, Is.EqualTo(UInt256.One));
    }

    [Test]
    public void Silence_of_the_node_fails_the_batch()
    {
        EthBatch batch = new EthClient(new FakeNode().Fails("eth_gasPrice")).Batch();
        Pending<UInt256> price = batch.GasPrice();

        Assert.That(() => batch.SendAsync(default), Throws.TypeOf<TransportException>());
        Assert.That(() => price.Value, Throws.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task An_empty_batch_asks_nothing()
    {
        FakeNode node = new();

        await new EthClient(node).Batch().SendAsync(default);

        Assert.That(node.BatchSizes, Is.Empty);
    }

    [Test]
    public async Task A_batch_is_sent_once()
    {
        EthBatch batch = new EthClient(new FakeNode()).Batch();
        await batch.SendAsync(default);

        Assert.That(() => batch.SendAsync(default), Throws.TypeOf<InvalidOperationException>());
        Assert.That(() => batch.GasPrice(), Throws.TypeOf<InvalidOperationException>());
    }
}
