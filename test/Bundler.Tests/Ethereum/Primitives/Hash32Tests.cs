using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class Hash32Tests
{
    private const string Text = "0x00000000000000000000000000000000000000000000000000000000000001ff";

    [Test]
    public void Text_number_and_bytes_agree()
    {
        Hash32 hash = Hash32.Parse(Text);

        Assert.That(hash.ToUInt256(), Is.EqualTo((UInt256)511));
        Assert.That(Hash32.From(511), Is.EqualTo(hash));
        Assert.That(new Hash32(hash.ToBytes()), Is.EqualTo(hash));
        Assert.That(hash.ToString(), Is.EqualTo(Text));
    }

    [TestCase("0x01")]
    [TestCase("0x00000000000000000000000000000000000000000000000000000000000001f")]
    [TestCase("00000000000000000000000000000000000000000000000000000000000001ff")]
    [TestCase("0x00000000000000000000000000000000000000000000000000000000000001fx")]
    public void Refuses_other_text(string text) => Assert.That(() => Hash32.Parse(text), Throws.TypeOf<CodecException>());

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Refuses_another_number_of_bytes(int length) =>
        Assert.That(() => new Hash32(new byte[length]), Throws.TypeOf<CodecException>());

    [Test]
    public void Equality_and_order_are_by_value()
    {
        Hash32 low = Hash32.From(1);
        Hash32 high = Hash32.From(UInt256.MaxValue);

        Assert.That(low == Hash32.From(1) && low != high && low < high && high > low && low <= high && high >= low, Is.True);
        Assert.That(low.GetHashCode(), Is.EqualTo(Hash32.From(1).GetHashCode()));
        Assert.That(Hash32.Zero.IsZero && !low.IsZero && !high.IsZero, Is.True);
    }

    [Test]
    public void Chosen_slots_do_not_share_a_hash_code()
    {
        HashSet<int> codes = [];
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        for (byte i = 0; i < 200; i++)
        {
            bytes[0] = i;
            bytes[28] = i;
            codes.Add(new Hash32(bytes).GetHashCode());
        }

        Assert.That(codes, Has.Count.GreaterThan(190));
    }
}
