using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiEncoderTests
{
    // The examples of the Solidity documentation, "Contract ABI Specification".
    [Test]
    public void Encodes_a_call_of_static_types() =>
        Assert.That(AbiFunction.Parse("baz(uint32,bool)").EncodeCall(69, true), Is.EqualTo(Call("cdcd77c0", "45", "1")));

    [Test]
    public void Encodes_an_array_of_fixed_length()
    {
        object[] values = [Bytes.From("abc"u8), Bytes.From("def"u8)];

        Assert.That(AbiFunction.Parse("bar(bytes3[2])").EncodeCall((object)values), Is.EqualTo(Call("fce353f6", Left("616263"), Left("646566"))));
    }

    [Test]
    public void Encodes_bytes_and_an_array_behind_the_head()
    {
        Bytes call = AbiFunction.Parse("sam(bytes,bool,uint256[])").EncodeCall(Bytes.From("dave"u8), true, new[] { 1, 2, 3 });

        Assert.That(call, Is.EqualTo(Call("a5643bf2", "60", "1", "a0", "4", Left("64617665"), "3", "1", "2", "3")));
    }

    [Test]
    public void Encodes_mixed_static_and_dynamic_types()
    {
        Bytes call = AbiFunction.Parse("f(uint256,uint32[],bytes10,bytes)")
            .EncodeCall(0x123, new uint[] { 0x456, 0x789 }, Bytes.From("1234567890"u8), Bytes.From("Hello, world!"u8));

        Assert.That(call, Is.EqualTo(Call(
            "8be65246", "123", "80", Left("31323334353637383930"), "e0", "2", "456", "789", "d", Left("48656c6c6f2c20776f726c6421"))));
    }

    [Test]
    public void Encodes_nested_dynamic_arrays()
    {
        object[] numbers = [new object[] { 1, 2 }, new object[] { 3 }];
        string[] words = ["one", "two", "three"];

        Assert.That(AbiFunction.Parse("g(uint256[][],string[])").EncodeCall(numbers, words), Is.EqualTo(Call(
            "2289b18c",
            "40", "140", "2", "40", "a0", "2", "1", "2", "1", "3",
            "3", "60", "a0", "e0", "3", Left("6f6e65"), "3", Left("74776f"), "5", Left("7468726565"))));
    }

    [TestCase("uint8", 256, "[0]: the number is out of the range of uint8")]
    [TestCase("uint8", -1, "[0]: the number is out of the range of uint8")]
    [TestCase("int8", 128, "[0]: the number is out of the range of int8")]
    [TestCase("int8", -129, "[0]: the number is out of the range of int8")]
    [TestCase("address", 1, "[0]: expected address, got Int32")]
    [TestCase("string", 1, "[0]: expected string, got Int32")]
    [TestCase("bytes", "0x", "[0]: expected bytes, got String")]
    [TestCase("uint256[]", 1, "[0]: expected uint256[], got Int32")]
    public void A_value_that_does_not_fit_its_type_is_refused(string type, object value, string message) =>
        Assert.That(
            () => AbiEncoder.Encode([AbiType.Parse(type)], value),
            Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    [Test]
    public void The_length_of_fixed_bytes_is_exact() =>
        Assert.That(
            () => AbiEncoder.Encode([AbiType.Parse("bytes4")], Bytes.From([1, 2, 3])),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("[0]: bytes4 takes 4 bytes, got 3"));

    [TestCase("uint256[2]", "[0]: uint256[2] takes 2 values, got 1")]
    [TestCase("(uint256,string)", "[0]: (uint256,string) takes 2 values, got 1")]
    public void The_number_of_values_is_exact(string type, string message) =>
        Assert.That(
            () => AbiEncoder.Encode([AbiType.Parse(type)], (object)new object[] { 1 }),
            Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    [Test]
    public void The_path_leads_to_the_value_by_name_and_position()
    {
        AbiFunction function = AbiFunction.Parse("handle((address sender,(uint256 nonce,bytes callData)[] calls)[] ops,address)");
        object[] call = [UInt256.One, "not bytes"];
        object[] operation = [Address.Zero, new object[] { call }];

        Assert.That(
            () => function.EncodeCall(new object[] { operation }, Address.Zero),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("ops[0].calls[0].callData"));
    }

    [Test]
    public void Null_is_not_a_value() =>
        Assert.That(
            () => AbiEncoder.Encode([AbiType.Parse("bool")], [null!]),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("[0]: expected bool, got null"));

    [Test]
    public void Half_a_surrogate_pair_is_not_text() =>
        Assert.That(
            () => AbiEncoder.Encode([AbiType.Parse("string")], "\ud800"),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("[0]: the text is not valid Unicode"));

    [Test]
    public void Bytes32_takes_a_hash_or_bytes()
    {
        Hash32 hash = Hash32.From(7);
        AbiType[] types = [AbiType.Parse("bytes32")];

        Assert.That(AbiEncoder.Encode(types, hash.ToBytes()), Is.EqualTo(AbiEncoder.Encode(types, hash)));
    }

    private static Bytes Call(string selector, params string[] words) =>
        Bytes.Parse("0x" + selector + string.Concat(words.Select(word => word.PadLeft(64, '0'))));

    private static string Left(string digits) => digits.PadRight(64, '0');
}
