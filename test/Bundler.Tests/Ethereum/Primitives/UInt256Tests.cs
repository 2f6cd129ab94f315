using System.Globalization;
using System.Numerics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class UInt256Tests
{
    private const string Largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    [Test]
    public void Conversions_agree_with_BigInteger()
    {
        Random random = new(11);
        for (int i = 0; i < 5_000; i++)
        {
            UInt256 value = random.NextUInt256();
            BigInteger big = value.ToBigInteger();
            byte[] word = new byte[32];
            value.WriteBigEndian(word);

            Assert.That((UInt256)big, Is.EqualTo(value));
            Assert.That(new BigInteger(word, isUnsigned: true, isBigEndian: true), Is.EqualTo(big));
            Assert.That(UInt256.FromBigEndian(word), Is.EqualTo(value));
            Assert.That(UInt256.FromBigEndian(word.AsSpan().TrimStart((byte)0)), Is.EqualTo(value));
            Assert.That(value.ToString(), Is.EqualTo(big.ToString(CultureInfo.InvariantCulture)));
            Assert.That(UInt256.ParseDecimal(value.ToString()), Is.EqualTo(value));
            Assert.That(UInt256.ParseQuantity(value.ToQuantity()), Is.EqualTo(value));
            Assert.That(UInt256.ParseHex("0x000" + value.ToQuantity()[2..]), Is.EqualTo(value));
            Assert.That(value.BitLength, Is.EqualTo((int)big.GetBitLength()));
            Assert.That(value.IsZero, Is.EqualTo(big.IsZero));
            Assert.That(value.FitsUInt64, Is.EqualTo(big <= ulong.MaxValue));
            Assert.That(value.FitsUInt128, Is.EqualTo(big <= UInt128.MaxValue));
            Assert.That((double)value, Is.EqualTo((double)big));
        }
    }

    [Test]
    public void Narrowing_is_checked()
    {
        Random random = new(12);
        for (int i = 0; i < 2_000; i++)
        {
            UInt256 value = random.NextUInt256();
            BigInteger big = value.ToBigInteger();

            AssertSame(() => (ulong)value, () => (ulong)big);
            AssertSame(() => (long)value, () => (long)big);
            AssertSame(() => (int)value, () => (int)big);
            AssertSame(() => (UInt128)value, () => (UInt128)big);
        }
    }

    [Test]
    public void Widening_keeps_the_value()
    {
        Assert.That(((UInt256)byte.MaxValue).ToString(), Is.EqualTo("255"));
        Assert.That(((UInt256)uint.MaxValue).ToString(), Is.EqualTo("4294967295"));
        Assert.That(((UInt256)ulong.MaxValue).ToString(), Is.EqualTo("18446744073709551615"));
        Assert.That(((UInt256)UInt128.MaxValue).ToString(), Is.EqualTo("340282366920938463463374607431768211455"));
        Assert.That(((UInt256)long.MaxValue).ToString(), Is.EqualTo("9223372036854775807"));
        Assert.That(UInt256.MaxValue.ToString(), Is.EqualTo(Largest));
    }

    [Test]
    public void A_negative_number_does_not_fit()
    {
        Assert.That(() => (UInt256)int.Parse("-1", CultureInfo.InvariantCulture), Throws.TypeOf<OverflowException>());
        Assert.That(() => (UInt256)long.MinValue, Throws.TypeOf<OverflowException>());
        Assert.That(() => (UInt256)BigInteger.MinusOne, Throws.TypeOf<OverflowException>());
        Assert.That(() => (UInt256)BigInteger.Pow(2, 256), Throws.TypeOf<OverflowException>());
    }

    [Test]
    public void Compares_as_numbers()
    {
        Random random = new(13);
        for (int i = 0; i < 5_000; i++)
        {
            UInt256 left = random.NextUInt256();
            UInt256 right = random.Next(5) == 0 ? left : random.NextUInt256();
            int expected = left.ToBigInteger().CompareTo(right.ToBigInteger());

            Assert.That(Math.Sign(left.CompareTo(right)), Is.EqualTo(expected));
            Assert.That(left < right, Is.EqualTo(expected < 0));
            Assert.That(left <= right, Is.EqualTo(expected <= 0));
            Assert.That(left > right, Is.EqualTo(expected > 0));
            Assert.That(left >= right, Is.EqualTo(expected >= 0));
            Assert.That(left == right, Is.EqualTo(expected == 0));
            Assert.That(left != right, Is.EqualTo(expected != 0));
            Assert.That(left.GetHashCode() == right.GetHashCode() || expected != 0, Is.True);
        }
    }

    [TestCase("0x")]
    [TestCase("0x00")]
    [TestCase("0x0a")]
    [TestCase("a")]
    [TestCase("0X1")]
    [TestCase("0x1g")]
    [TestCase("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_what_is_not_a_quantity(string text) =>
        Assert.That(() => UInt256.ParseQuantity(text), Throws.TypeOf<CodecException>());

    [TestCase("0x")]
    [TestCase("")]
    [TestCase("0x0_1")]
    [TestCase("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_what_is_not_hex(string text) => Assert.That(() => UInt256.ParseHex(text), Throws.TypeOf<CodecException>());

    [TestCase("")]
    [TestCase(" 1")]
    [TestCase("+1")]
    [TestCase("-1")]
    [TestCase("1e3")]
    [TestCase("1.0")]
    [TestCase("1,000")]
    [TestCase("1\0")]
    [TestCase("٣")]
    [TestCase("0x1")]
    [TestCase("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [TestCase("1157920892373161954235709850086879078532699846656405640394575840079131296399350")]
    public void Refuses_what_is_not_decimal(string text) => Assert.That(() => UInt256.ParseDecimal(text), Throws.TypeOf<CodecException>());

    [TestCase("0", "0x0")]
    [TestCase("000", "0x0")]
    [TestCase("00255", "0xff")]
    [TestCase(Largest, "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Reads_decimal_text(string text, string quantity) => Assert.That(UInt256.ParseDecimal(text).ToQuantity(), Is.EqualTo(quantity));

    [Test]
    public void Decimal_text_of_any_length_is_judged_at_once() =>
        Assert.That(() => UInt256.ParseDecimal(new string('9', 10_000_000)), Throws.TypeOf<CodecException>());

    [Test]
    public void A_number_of_33_bytes_is_refused() =>
        Assert.That(() => UInt256.FromBigEndian(new byte[33]), Throws.TypeOf<CodecException>());

    private static void AssertSame<T>(Func<T> actual, Func<T> expected) =>
        Assert.That(OrOverflow(actual), Is.EqualTo(OrOverflow(expected)));

    private static object? OrOverflow<T>(Func<T> convert)
    {
        try
        {
            return convert();
        }
        catch (OverflowException)
        {
            return "overflow";
        }
    }
}
