using System.Text;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Tests.Ethereum.Rlp;

public sealed class RlpWriterTests
{
    // The examples of the RLP specification.
    [TestCase("dog", "0x83646f67")]
    [TestCase("", "0x80")]
    [TestCase("\0", "0x00")]
    [TestCase("\u000f", "0x0f")]
    [TestCase("\u007f", "0x7f")]
    [TestCase("Lorem ipsum dolor sit amet, consectetur adipisicing elit",
        "0xb8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974")]
    public void Writes_strings(string text, string expected) =>
        Assert.That(Write(writer => writer.WriteBytes(Encoding.ASCII.GetBytes(text))), Is.EqualTo(expected));

    [TestCase("0", "0x80")]
    [TestCase("15", "0x0f")]
    [TestCase("127", "0x7f")]
    [TestCase("128", "0x8180")]
    [TestCase("1000", "0x8203e8")]
    [TestCase("1024", "0x820400")]
    [TestCase("83729609699884896815286331701780722", "0x8f102030405060708090a0b0c0d0e0f2")]
    [TestCase("115792089237316195423570985008687907853269984665640564039457584007913129639935",
        "0xa0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Writes_integers_in_their_shortest_form(string number, string expected) =>
        Assert.That(Write(writer => writer.WriteInteger(UInt256.ParseDecimal(number))), Is.EqualTo(expected));

    [Test]
    public void Writes_a_list_of_strings() =>
        Assert.That(
            Write(writer =>
            {
                writer.StartList();
                writer.WriteBytes("cat"u8);
                writer.WriteBytes("dog"u8);
                writer.EndList();
            }),
            Is.EqualTo("0xc88363617483646f67"));

    // [ [], [[]], [ [], [[]] ] ]
    [Test]
    public void Writes_the_set_theoretical_representation_of_three() =>
        Assert.That(
            Write(writer =>
            {
                writer.StartList();
                EmptyList(writer);
                ListOfEmptyList(writer);
                writer.StartList();
                EmptyList(writer);
                ListOfEmptyList(writer);
                writer.EndList();
                writer.EndList();
            }),
            Is.EqualTo("0xc7c0c1c0c3c0c1c0"));

    [TestCase(55, "0xb7")]
    [TestCase(56, "0xb838")]
    [TestCase(255, "0xb8ff")]
    [TestCase(256, "0xb90100")]
    [TestCase(65_535, "0xb9ffff")]
    [TestCase(65_536, "0xba010000")]
    public void The_header_of_a_string_grows_with_its_length(int length, string header) =>
        Assert.That(Write(writer => writer.WriteBytes(new byte[length])), Is.EqualTo(header + new string('0', 2 * length)));

    [TestCase(55, "0xf7")]
    [TestCase(56, "0xf838")]
    [TestCase(300, "0xf9012c")]
    public void The_header_of_a_list_grows_with_its_payload(int items, string header) =>
        Assert.That(
            Write(writer =>
            {
                writer.StartList();
                for (int i = 0; i < items; i++)
                {
                    writer.WriteInteger(1);
                }

                writer.EndList();
            }),
            Is.EqualTo(header + string.Concat(Enumerable.Repeat("01", items))));

    [Test]
    public void No_address_is_the_empty_string()
    {
        Assert.That(Write(writer => writer.WriteAddress(null)), Is.EqualTo("0x80"));
        Assert.That(Write(writer => writer.WriteAddress(Address.Zero)), Is.EqualTo("0x94" + new string('0', 40)));
    }

    [Test]
    public void An_envelope_byte_comes_first()
    {
        RlpWriter writer = new(0x7f);
        writer.WriteHash(Hash32.Zero);

        Assert.That(writer.ToBytes().ToString(), Is.EqualTo("0x7fa0" + new string('0', 64)));
    }

    private static void EmptyList(RlpWriter writer)
    {
        writer.StartList();
        writer.EndList();
    }

    private static void ListOfEmptyList(RlpWriter writer)
    {
        writer.StartList();
        EmptyList(writer);
        writer.EndList();
    }

    private static string Write(Action<RlpWriter> write)
    {
        RlpWriter writer = new();
        write(writer);
        return writer.ToBytes().ToString();
    }
}
