using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class RevertReasonTests
{
    private static readonly AbiError Custom = AbiError.Parse("Refused(address who, uint8[] codes, bytes data, bool final, string why)");

    [Test]
    public void The_text_of_an_error_is_its_message() =>
        Assert.That(RevertReason.Decode(AbiError.Message.Encode("not owner")).Text, Is.EqualTo("not owner"));

    [TestCase(0x11u, "Panic(0x11): arithmetic overflow or underflow")]
    [TestCase(0x32u, "Panic(0x32): array index out of bounds")]
    [TestCase(0x99u, "Panic(0x99): unknown code")]
    public void A_panic_is_explained(uint code, string text) =>
        Assert.That(RevertReason.Decode(AbiError.Panic.Encode(code)).Text, Is.EqualTo(text));

    [Test]
    public void A_known_custom_error_is_written_with_its_values()
    {
        Bytes data = Custom.Encode(Address.Zero, new object[] { 1, 2 }, Bytes.Parse("0xab"), true, "late");

        RevertReason reason = RevertReason.Decode(data, [AbiError.Parse("Other()"), Custom]);

        Assert.That(reason.Error, Is.SameAs(Custom));
        Assert.That(reason.Values, Has.Count.EqualTo(5));
        Assert.That(reason.Text, Is.EqualTo("Refused(0x0000000000000000000000000000000000000000, [1, 2], 0xab, true, \"late\")"));
    }

    [TestCase("0x", "reverted without data")]
    [TestCase("0x12345678", "0x12345678")]
    [TestCase("0x08c379a0", "0x08c379a0")]
    public void Anything_else_is_its_own_description(string data, string text)
    {
        RevertReason reason = RevertReason.Decode(Bytes.Parse(data));

        Assert.That((reason.Text, reason.Data, reason.Error), Is.EqualTo((text, Bytes.Parse(data), (AbiError?)null)));
    }

    [Test]
    public void Long_data_is_shown_in_part() =>
        Assert.That(RevertReason.Decode(Bytes.Own(new byte[1000])).Text, Has.Length.LessThan(600).And.EndsWith("… (1000 bytes)"));
}
