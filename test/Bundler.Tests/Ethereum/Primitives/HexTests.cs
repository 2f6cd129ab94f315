using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class HexTests
{
    [TestCase("0x", 0)]
    [TestCase("0x00", 1)]
    [TestCase("0xdeadBEEF", 4)]
    public void Decodes_data_of_any_length_in_any_case(string text, int length) => Assert.That(Hex.Decode(text), Has.Length.EqualTo(length));

    [TestCase("")]
    [TestCase("00")]
    [TestCase("0X00")]
    [TestCase(" 0x00")]
    [TestCase("0x0")]
    [TestCase("0x0g")]
    [TestCase("0x00 ")]
    [TestCase("0x0\0")]
    [TestCase("0x-1")]
    [TestCase("0x٠٠")]
    public void Refuses_data_that_is_not_strict_hex(string text)
    {
        Assert.That(() => Hex.Decode(text), Throws.TypeOf<CodecException>());
        Assert.That(() => Bytes.Parse(text), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Encode_and_decode_are_inverse()
    {
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = random.NextBytes(random.Next(100));
            Assert.That(Hex.Decode(Hex.Encode(bytes)), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Writes_data_in_lower_case() => Assert.That(Hex.Encode([0x00, 0xAB, 0xFF]), Is.EqualTo("0x00abff"));

    [TestCase(0UL, "0x0")]
    [TestCase(1UL, "0x1")]
    [TestCase(1024UL, "0x400")]
    [TestCase(ulong.MaxValue, "0xffffffffffffffff")]
    public void A_quantity_has_one_form(ulong value, string text)
    {
        Assert.That(Hex.EncodeQuantity(value), Is.EqualTo(text));
        Assert.That(Hex.DecodeQuantity(text), Is.EqualTo(value));
    }

    [TestCase("0x")]
    [TestCase("0x00")]
    [TestCase("0x01")]
    [TestCase("1")]
    [TestCase("0xg")]
    [TestCase("0x-1")]
    [TestCase("0x1 ")]
    [TestCase("0x10000000000000000")]
    public void Refuses_a_quantity_that_is_not_canonical_or_too_large(string text) =>
        Assert.That(() => Hex.DecodeQuantity(text), Throws.TypeOf<CodecException>());

    [TestCase("0x0102", "expected 3 bytes of hex data, got 4 digits")]
    [TestCase("0x01020304", "expected 3 bytes of hex data, got 8 digits")]
    [TestCase("0x01020z", "hex data has a character that is not a hex digit")]
    public void An_exact_length_is_exact(string text, string message) =>
        Assert.That(() => Hex.DecodeExactly(text, new byte[3]), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));
}
