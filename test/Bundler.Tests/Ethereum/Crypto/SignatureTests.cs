using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Crypto;

public sealed class SignatureTests
{
    private static readonly Hash32 R = Hash32.From(0x1234);
    private static readonly Hash32 HalfOrder = Hash32.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    [TestCase((byte)0, (byte)0)]
    [TestCase((byte)27, (byte)0)]
    [TestCase((byte)1, (byte)1)]
    [TestCase((byte)28, (byte)1)]
    public void Reads_both_conventions_for_v(byte v, byte yParity)
    {
        Signature signature = Signature.Parse([.. R.Span, .. HalfOrder.Span, v]);

        Assert.That(signature, Is.EqualTo(new Signature(R, HalfOrder, yParity)));
        Assert.That(signature.ToBytes().Span[64], Is.EqualTo(27 + yParity));
        Assert.That(Signature.Parse(signature.ToBytes()), Is.EqualTo(signature));
    }

    [TestCase((byte)2)]
    [TestCase((byte)26)]
    [TestCase((byte)29)]
    [TestCase((byte)255)]
    public void Refuses_another_v(byte v) =>
        Assert.That(() => Signature.Parse([.. R.Span, .. HalfOrder.Span, v]), Throws.TypeOf<CodecException>().With.Message.Contains($"got {v}"));

    [TestCase(0)]
    [TestCase(64)]
    [TestCase(66)]
    public void Refuses_another_length(int length) =>
        Assert.That(() => Signature.Parse(new byte[length]), Throws.TypeOf<CodecException>());

    [Test]
    public void EIP_2_half_the_order_is_the_largest_low_s()
    {
        Signature largest = new(R, HalfOrder, 0);
        Signature smallestHigh = new(R, Hash32.From(HalfOrder.ToUInt256() + 1), 0);

        Assert.That(largest.IsLowS, Is.True);
        Assert.That(largest.Normalize(), Is.EqualTo(largest));
        Assert.That(smallestHigh.IsLowS, Is.False);
        Assert.That(smallestHigh.Normalize(), Is.EqualTo(new Signature(R, HalfOrder, 1)));
    }

    [Test]
    public void A_s_outside_of_the_group_has_no_low_twin()
    {
        Signature signature = new(R, Hash32.From(Secp256k1.Order), 0);

        Assert.That(signature.Normalize(), Is.EqualTo(signature));
    }
}
