using Bundler.Engine.Gas;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Gas;

[TestFixture]
public sealed class DummySignatureTests
{
    [Test]
    public void A_readable_one_recovers_to_somebody_and_has_a_low_s()
    {
        Bytes signature = DummySignature.Readable(Bytes.Empty);
        Signature parts = new(new Hash32(signature.Span[..32]), new Hash32(signature.Span[32..64]), (byte)(signature[64] - 27));

        Assert.That(parts.S.ToUInt256(), Is.LessThanOrEqualTo(Secp256k1.HalfOrder));
        Assert.That(SignatureRecovery.Recover(Keccak256.Hash("anything"u8), parts), Is.Not.Null);
    }

    [Test]
    public void What_stands_before_the_last_65_bytes_stays()
    {
        byte[] wrapped = new byte[85];
        Array.Fill(wrapped, (byte)7);

        Bytes readable = DummySignature.Readable(Bytes.Own(wrapped));

        Assert.That(readable.Length, Is.EqualTo(85));
        Assert.That(readable.Slice(0, 20), Is.EqualTo(Bytes.From(wrapped.AsSpan(0, 20))));
    }

    [TestCase("0x", true)]
    [TestCase("0x00", true)]
    [TestCase("0xffffffff", true)]
    [TestCase("0xdead", false)]
    [TestCase("0xfffffffe", false)]
    public void A_placeholder_says_nothing(string signature, bool expected) =>
        Assert.That(DummySignature.IsPlaceholder(Bytes.Parse(signature)), Is.EqualTo(expected));

    [TestCase(0, 65)]
    [TestCase(65, 65)]
    [TestCase(300, 300)]
    public void The_dearest_one_has_no_zero_byte_and_the_length_of_the_real_one(int length, int expected)
    {
        Bytes dearest = DummySignature.Dearest(Bytes.Own(new byte[length]));

        Assert.That(dearest.Length, Is.EqualTo(expected));
        Assert.That(dearest.ToArray(), Has.None.EqualTo(0));
    }

    [TestCase(0, 0, 1)]
    [TestCase(0, 1, 1)]
    [TestCase(12, 1, 1)]
    [TestCase(12, 3, 3)]
    public void Signatures_one_after_the_other_are_counted_from_the_end(int prefix, int signatures, int expected)
    {
        Bytes[] parts = [Bytes.Own(new byte[prefix]), .. Enumerable.Repeat(DummySignature.Readable(Bytes.Empty), signatures)];

        Assert.That(DummySignature.Count(Bytes.Concat(parts)), Is.EqualTo(expected));
    }

    [TestCase(0x00)]
    [TestCase(0xff)]
    public void Bytes_without_a_v_count_as_one_signature(byte content)
    {
        byte[] filled = new byte[650];
        Array.Fill(filled, content);

        Assert.That(DummySignature.Count(Bytes.Own(filled)), Is.EqualTo(1));
    }
}
