using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiEventTests
{
    private static readonly Address Sender = Address.Parse("0x1111111111111111111111111111111111111111");

    private static readonly AbiEvent UserOperationEvent = AbiEvent.Parse(
        "UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, "
        + "uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)");

    [Test]
    public void A_log_gives_the_values_in_the_order_of_declaration()
    {
        AbiEvent mixed = AbiEvent.Parse("event Mixed(uint256 a, address indexed b, string c, bytes32 indexed d)");
        Bytes data = AbiEncoder.Encode([AbiType.Parse("uint256"), AbiType.Parse("string")], 7, "text");

        Assert.That(
            mixed.Decode([mixed.Topic, Sender.ToWord(), Hash32.From(9)], data),
            Is.EqualTo(new object[] { (UInt256)7, Sender, "text", Hash32.From(9) }));
    }

    [Test]
    public void Of_an_indexed_dynamic_value_there_is_the_hash()
    {
        AbiEvent named = AbiEvent.Parse("Named(string indexed name, uint8[2] indexed pair)");
        Hash32 name = Keccak256.Hash("name"u8);

        Assert.That(named.Decode([named.Topic, name, Hash32.Zero], Bytes.Empty), Is.EqualTo(new object[] { name, Hash32.Zero }));
    }

    [Test]
    public void An_anonymous_event_has_no_topic_of_its_own()
    {
        AbiEvent anonymous = AbiEvent.Parse("event A(uint256 indexed a) anonymous");

        Assert.That(anonymous.Decode([Hash32.From(1)], Bytes.Empty), Is.EqualTo(new object[] { UInt256.One }));
    }

    [Test]
    public void Another_topic_is_refused() =>
        Assert.That(
            () => UserOperationEvent.Decode([Hash32.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero], Bytes.Empty),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("topics"));

    [Test]
    public void The_same_event_with_other_indexes_is_refused() =>
        Assert.That(() => UserOperationEvent.Decode([UserOperationEvent.Topic, Hash32.Zero], Bytes.Empty), Throws.TypeOf<CodecException>());

    [Test]
    public void A_log_without_topics_is_refused() => Assert.That(() => UserOperationEvent.Decode([], Bytes.Empty), Throws.TypeOf<CodecException>());

    [Test]
    public void A_topic_that_is_not_of_its_type_is_refused_by_name() =>
        Assert.That(
            () => UserOperationEvent.Decode([UserOperationEvent.Topic, Hash32.Zero, Hash32.From(UInt256.MaxValue), Hash32.Zero], Bytes.Own(new byte[128])),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("sender: the word is not a valid address"));
}
