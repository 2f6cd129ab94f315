using System.Numerics;
using Bundler.Client.Operations;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Nethereum.ABI.EIP712;
using Nethereum.Hex.HexConvertors.Extensions;
using NodeOperation = Bundler.Erc4337.UserOperation;
using NodeVersion = Bundler.Erc4337.EntryPoints.EntryPointVersion;

namespace Bundler.ClientTests.Operations;

/// <summary>The client's hash and wire form against the node's, which are held to the deployed EntryPoints.</summary>
internal sealed class OperationHashTests
{
    private const int Operations = 400;
    private const ulong ChainId = 56;

    private static readonly Address _delegate = Address.Parse("0x2222222222222222222222222222222222222222");

    [TestCase(NodeVersion.V06)]
    [TestCase(NodeVersion.V07)]
    [TestCase(NodeVersion.V08)]
    [TestCase(NodeVersion.V09)]
    public void The_hash_of_any_operation_is_the_nodes(NodeVersion version)
    {
        Random random = new(7677);
        Erc4337.EntryPoints.EntryPoint node = SimpleAccountWallet.EntryPointOf(version);
        Client.Operations.EntryPoint client = ClientOperation.At(node);
        for (int i = 0; i < Operations; i++)
        {
            NodeOperation operation = random.NextOperation(version);

            string hash = client.Hash(ClientOperation.Of(operation), ChainId, _delegate.ToString());

            Assert.That(hash, Is.EqualTo(node.Hash(operation, ChainId, _delegate).ToString()), $"operation {i}: {operation}");
        }
    }

    [TestCase(NodeVersion.V06)]
    [TestCase(NodeVersion.V07)]
    [TestCase(NodeVersion.V08)]
    [TestCase(NodeVersion.V09)]
    public void The_node_reads_back_what_the_client_writes_and_the_other_way_round(NodeVersion version)
    {
        Random random = new(7769);
        Erc4337.EntryPoints.EntryPoint node = SimpleAccountWallet.EntryPointOf(version);
        Client.Operations.EntryPoint client = ClientOperation.At(node);
        for (int i = 0; i < Operations; i++)
        {
            NodeOperation operation = random.NextOperation(version) with { Eip7702Auth = i % 2 == 0 ? random.NextAuthorization() : null };
            Client.Operations.UserOperation ours = ClientOperation.Of(operation);

            System.Text.Json.JsonElement written = System.Text.Json.JsonElement.Parse(client.ToJson(ours).ToString());
            Assert.That(node.Operations.Read(written, partial: false).Operation, Is.EqualTo(operation), $"operation {i}");

            string wire = OperationWire.Of(node, operation).GetRawText();
            Client.Operations.UserOperation read = Newtonsoft.Json.JsonConvert.DeserializeObject<Client.Operations.UserOperation>(wire)!;
            Assert.That(client.ToJson(read).ToString(), Is.EqualTo(client.ToJson(ours).ToString()).IgnoreCase, $"operation {i}");
        }
    }

    [TestCase(NodeVersion.V08)]
    [TestCase(NodeVersion.V09)]
    public void The_typed_data_is_what_wallets_hash_to_the_same(NodeVersion version)
    {
        Erc4337.EntryPoints.EntryPoint node = SimpleAccountWallet.EntryPointOf(version);
        NodeOperation operation = new Random(712).NextOperation(version);
        TypedData<Domain> data = ClientOperation.At(node).TypedData(ClientOperation.Of(operation), ChainId, _delegate.ToString());

        string json = Newtonsoft.Json.JsonConvert.SerializeObject(data.Types.Keys);
        byte[] hash = Eip712TypedDataEncoder.Current.EncodeAndHashTypedData(data);

        Assert.That(json, Is.EqualTo("""["EIP712Domain","PackedUserOperation"]"""));
        Assert.That(hash.ToHex(prefix: true), Is.EqualTo(node.Hash(operation, ChainId, _delegate).ToString()));
    }

    [Test]
    public void Before_v08_there_is_no_typed_data() =>
        Assert.That(() => Client.Operations.EntryPoint.V07.TypedData(Whole(), BigInteger.One), Throws.TypeOf<NotSupportedException>());

    [Test]
    public void What_is_still_to_be_estimated_has_no_hash() => Assert.That(
        () => Client.Operations.EntryPoint.V07.Hash(Whole() with { PreVerificationGas = null }, BigInteger.One),
        Throws.InvalidOperationException.With.Message.Contains("PreVerificationGas"));

    [Test]
    public void The_marker_without_a_delegate_has_no_hash() => Assert.That(
        () => Client.Operations.EntryPoint.V08.Hash(Whole() with { Factory = Client.Operations.UserOperation.Eip7702Marker }, BigInteger.One),
        Throws.InvalidOperationException.With.Message.Contains("delegate"));

    private static Client.Operations.UserOperation Whole() => ClientOperation.Of(new Random(1).NextOperation(NodeVersion.V07)) with { Factory = null };
}
