using System.Numerics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class UInt256ArithmeticTests
{
    private const int Rounds = 5_000;
    private static readonly BigInteger Modulus = BigInteger.Pow(2, 256);

    [Test]
    public void Addition_agrees_with_BigInteger() => Agree(21, (a, b) => a + b, (a, b) => a + b);

    [Test]
    public void Subtraction_agrees_with_BigInteger() => Agree(22, (a, b) => a - b, (a, b) => a - b);

    [Test]
    public void Multiplication_agrees_with_BigInteger() => Agree(23, (a, b) => a * b, (a, b) => a * b);

    [Test]
    public void Division_agrees_with_BigInteger() => Agree(24, (a, b) => a / b, (a, b) => a / b);

    [Test]
    public void The_remainder_agrees_with_BigInteger() => Agree(25, (a, b) => a % b, (a, b) => a % b);

    [Test]
    public void Quotient_and_remainder_make_up_the_number() =>
        Agree(26, (a, b) => UInt256.DivRem(a, b) is var (q, r) && r < b ? q * b + r : 0, (a, b) => b.IsZero ? throw new DivideByZeroException() : a);

    [Test]
    public void Wrapping_addition_is_modulo_2_256() => Agree(27, UInt256.AddWrapping, (a, b) => (a + b) % Modulus);

    [Test]
    public void Wrapping_subtraction_is_modulo_2_256() => Agree(28, UInt256.SubtractWrapping, (a, b) => (a - b + Modulus) % Modulus);

    [Test]
    public void Subtraction_to_zero_stops_there() => Agree(29, UInt256.SubtractToZero, (a, b) => BigInteger.Max(a - b, 0));

    [Test]
    public void Min_and_max_agree_with_BigInteger()
    {
        Agree(30, UInt256.Min, BigInteger.Min);
        Agree(31, UInt256.Max, BigInteger.Max);
    }

    [Test]
    public void Bitwise_operators_agree_with_BigInteger()
    {
        Agree(32, (a, b) => a & b, (a, b) => a & b);
        Agree(33, (a, b) => a | b, (a, b) => a | b);
        Agree(34, (a, b) => a ^ b, (a, b) => a ^ b);
        Agree(35, (a, _) => ~a, (a, _) => Modulus - 1 - a);
    }

    [Test]
    public void Shifts_agree_with_BigInteger()
    {
        Random random = new(36);
        for (int shift = 0; shift <= 300; shift++)
        {
            for (int i = 0; i < 20; i++)
            {
                UInt256 value = random.NextUInt256();
                Assert.That((value << shift).ToBigInteger(), Is.EqualTo((value.ToBigInteger() << shift) % Modulus), $"{value} << {shift}");
                Assert.That((value >> shift).ToBigInteger(), Is.EqualTo(value.ToBigInteger() >> shift), $"{value} >> {shift}");
            }
        }
    }

    [Test]
    public void A_negative_shift_is_refused()
    {
        Assert.That(() => UInt256.One << -1, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => UInt256.One >> -1, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void MulDiv_agrees_with_BigInteger_in_both_roundings()
    {
        Random random = new(37);
        for (int i = 0; i < Rounds; i++)
        {
            (UInt256 a, UInt256 b, UInt256 c) = (random.NextUInt256(), random.NextUInt256(), random.NextUInt256());
            BigInteger product = a.ToBigInteger() * b.ToBigInteger();
            BigInteger divisor = c.ToBigInteger();

            Assert.That(Outcome(() => UInt256.MulDiv(a, b, c).ToBigInteger()), Is.EqualTo(Outcome(() => Checked(product / divisor))), $"{a} {b} {c}");
            Assert.That(Outcome(() => UInt256.MulDivUp(a, b, c).ToBigInteger()), Is.EqualTo(Outcome(() => Checked((product + divisor - 1) / divisor))), $"{a} {b} {c}");
        }
    }

    [Test]
    public void Increment_carries_and_is_checked()
    {
        UInt256 value = UInt128.MaxValue;
        value++;

        Assert.That(value, Is.EqualTo(UInt256.One << 128));
        value = UInt256.MaxValue;
        Assert.That(() => value++, Throws.TypeOf<OverflowException>());
    }

    private static void Agree(int seed, Func<UInt256, UInt256, UInt256> actual, Func<BigInteger, BigInteger, BigInteger> expected)
    {
        Random random = new(seed);
        for (int i = 0; i < Rounds; i++)
        {
            (UInt256 a, UInt256 b) = (random.NextUInt256(), random.NextUInt256());
            Assert.That(
                Outcome(() => actual(a, b).ToBigInteger()),
                Is.EqualTo(Outcome(() => Checked(expected(a.ToBigInteger(), b.ToBigInteger())))),
                $"{a} and {b}");
        }
    }

    private static BigInteger Checked(BigInteger value) =>
        value.Sign >= 0 && value < Modulus ? value : throw new OverflowException();

    private static object Outcome(Func<BigInteger> compute)
    {
        try
        {
            return compute();
        }
        catch (ArithmeticException fault)
        {
            return fault.GetType();
        }
    }
}
