using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Tests.Ethereum.Rlp;

public sealed class RlpReaderTests
{
    [TestCase("", "expected another item")]
    [TestCase("8100", "RLP at byte 0: a single byte below 0x80 is its own encoding")]
    [TestCase("817f", "a single byte below 0x80")]
    [TestCase("83646f", "longer than what follows")]
    [TestCase("b8", "longer than what follows")]
    [TestCase("b837" + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", "shortest form")]
    [TestCase("b90038" + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", "shortest form")]
    [TestCase("b838ff", "longer than what follows")]
    [TestCase("bfffffffffffffffff", "longer than what follows")]
    [TestCase("bf7fffffffffffffff", "longer than what follows")]
    [TestCase("bb80000000", "longer than what follows")]
    [TestCase("f837", "shortest form")]
    [TestCase("f90000", "shortest form")]
    [TestCase("ffffffffffffffffff", "longer than what follows")]
    [TestCase("c281", "longer than what follows")]
    [TestCase("c1", "longer than what follows")]
    [TestCase("c3018100", "RLP at byte 2: a single byte below 0x80")]
    [TestCase("0101", "RLP at byte 1: 1 bytes too many")]
    [TestCase("c000", "too many")]
    public void Refuses_what_is_not_canonical(string hex, string reason) =>
        Assert.That(() => Walk(Bytes.Parse("0x" + hex)), Throws.TypeOf<CodecException>().With.Message.Contains(reason));

    [TestCase("00", "leading zeros")]
    [TestCase("820001", "leading zeros")]
    [TestCase("a1010000000000000000000000000000000000000000000000000000000000000000", "exceeds 256 bits")]
    [TestCase("c0", "expected a string, found a list")]
    public void Refuses_what_is_not_an_integer(string hex, string reason) =>
        Assert.That(() => new RlpReader(Bytes.Parse("0x" + hex)).ReadInteger(), Throws.TypeOf<CodecException>().With.Message.Contains(reason));

    [Test]
    public void Refuses_an_integer_above_64_bits() =>
        Assert.That(
            () => new RlpReader(Bytes.Parse("0x89010000000000000000")).ReadUInt64(),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("RLP at byte 0: an integer exceeds 64 bits"));

    [TestCase("93" + "00000000000000000000000000000000000000", "expected 20 bytes, got 19")]
    [TestCase("80", "expected 20 bytes, got 0")]
    [TestCase("c0", "found a list")]
    public void Refuses_what_is_not_an_address(string hex, string reason) =>
        Assert.That(() => new RlpReader(Bytes.Parse("0x" + hex)).ReadAddress(), Throws.TypeOf<CodecException>().With.Message.Contains(reason));

    [Test]
    public void An_empty_string_may_stand_for_no_address()
    {
        RlpReader reader = new([0x80]);

        Assert.That(reader.ReadAddressOrNone(), Is.Null);
        Assert.That(reader.AtEnd, Is.True);
    }

    [Test]
    public void A_string_is_not_a_list() =>
        Assert.That(() => new RlpReader([0x80]).ReadList().AtEnd, Throws.TypeOf<CodecException>().With.Message.Contains("found a string"));

    [Test]
    public void The_place_of_a_fault_counts_from_the_outermost_byte()
    {
        RlpWriter writer = new();
        writer.StartList();
        writer.WriteBytes(new byte[60]);
        writer.StartList();
        writer.WriteBytes([0, 1]);
        writer.EndList();
        writer.EndList();
        byte[] bytes = writer.ToBytes().ToArray();

        Assert.That(
            () =>
            {
                RlpReader outer = new RlpReader(bytes).ReadList();
                outer.ReadBytes();
                outer.ReadList().ReadInteger();
            },
            Throws.TypeOf<CodecException>().With.Message.EqualTo("RLP at byte 65: an integer has leading zeros"));
    }

    [Test]
    public void Lists_may_nest_as_deep_as_the_bound_and_no_deeper()
    {
        Assert.That(() => Walk(Nested(RlpReader.MaxDepth)), Throws.Nothing);
        Assert.That(() => Walk(Nested(RlpReader.MaxDepth + 1)), Throws.TypeOf<CodecException>().With.Message.Contains("nest deeper than 64"));
        Assert.That(() => Walk(Nested(100_000)), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void What_was_written_is_read_back()
    {
        Random random = new(51);
        for (int i = 0; i < 1_000; i++)
        {
            UInt256 integer = random.NextUInt256();
            ulong small = random.NextUInt64();
            byte[] bytes = random.NextBytes(random.Next(80));
            Address? address = random.Next(3) == 0 ? null : random.NextAddress();
            Hash32 hash = random.NextHash();
            RlpWriter writer = new();
            writer.StartList();
            writer.WriteInteger(integer);
            writer.WriteBytes(bytes);
            writer.StartList();
            writer.WriteInteger(small);
            writer.WriteAddress(address);
            writer.EndList();
            writer.WriteHash(hash);
            writer.EndList();

            RlpReader reader = new(writer.ToBytes());
            RlpReader list = reader.ReadList();
            reader.End();
            Assert.That(list.ReadInteger(), Is.EqualTo(integer));
            Assert.That(list.ReadBytes().ToArray(), Is.EqualTo(bytes));
            RlpReader inner = list.ReadList();
            Assert.That(inner.ReadUInt64(), Is.EqualTo(small));
            Assert.That(inner.ReadAddressOrNone(), Is.EqualTo(address));
            inner.End();
            Assert.That(list.ReadHash(), Is.EqualTo(hash));
            list.End();
        }
    }

    [Test]
    public void Noise_is_refused_or_has_exactly_this_encoding()
    {
        Random random = new(52);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] noise = random.NextBytes(random.Next(1, 12));
            noise[0] = random.Next(2) == 0 ? (byte)(0xc0 + noise.Length - 1) : noise[0];
            RlpWriter copy = new();
            if (TryCopy(noise, copy))
            {
                accepted++;
                Assert.That(copy.ToBytes().ToArray(), Is.EqualTo(noise));
            }
        }

        Assert.That(accepted, Is.GreaterThan(500));
    }

    private static bool TryCopy(byte[] noise, RlpWriter copy)
    {
        try
        {
            RlpReader reader = new(noise);
            CopyItem(ref reader, copy);
            reader.End();
            return true;
        }
        catch (CodecException)
        {
            return false;
        }
    }

    private static void Walk(Bytes bytes)
    {
        RlpReader reader = new(bytes);
        CopyItem(ref reader, new RlpWriter());
        reader.End();
    }

    private static void CopyItem(ref RlpReader reader, RlpWriter copy)
    {
        if (!reader.NextIsList)
        {
            copy.WriteBytes(reader.ReadBytes());
            return;
        }

        RlpReader list = reader.ReadList();
        copy.StartList();
        while (!list.AtEnd)
        {
            CopyItem(ref list, copy);
        }

        copy.EndList();
    }

    private static Bytes Nested(int depth)
    {
        RlpWriter writer = new();
        for (int i = 0; i < depth; i++)
        {
            writer.StartList();
        }

        for (int i = 0; i < depth; i++)
        {
            writer.EndList();
        }

        return writer.ToBytes();
    }
}
