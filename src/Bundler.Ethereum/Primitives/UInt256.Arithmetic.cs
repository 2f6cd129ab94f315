using System.Numerics;

namespace Bundler.Ethereum.Primitives;

public readonly partial struct UInt256
{
    public static bool operator ==(UInt256 left, UInt256 right) => left.Equals(right);

    public static bool operator !=(UInt256 left, UInt256 right) => !left.Equals(right);

    public static bool operator <(UInt256 left, UInt256 right) => left.CompareTo(right) < 0;

    public static bool operator >(UInt256 left, UInt256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(UInt256 left, UInt256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UInt256 left, UInt256 right) => left.CompareTo(right) >= 0;

    /// <exception cref="OverflowException">The sum exceeds 256 bits.</exception>
    public static UInt256 operator +(UInt256 left, UInt256 right)
    {
        UInt256 sum = Add(left, right, out bool carry);
        return carry ? throw new OverflowException("the sum exceeds 256 bits") : sum;
    }

    /// <exception cref="OverflowException">The difference is negative.</exception>
    public static UInt256 operator -(UInt256 left, UInt256 right) =>
        left < right ? throw new OverflowException("the difference is negative") : Subtract(left, right);

    /// <exception cref="OverflowException">The product exceeds 256 bits.</exception>
    public static UInt256 operator *(UInt256 left, UInt256 right)
    {
        if (left.FitsUInt64 && right.FitsUInt64)
        {
            ulong high = Math.BigMul(left._l0, right._l0, out ulong low);
            return new UInt256(0, 0, high, low);
        }

        ReadOnlySpan<ulong> a = [left._l0, left._l1, left._l2, left._l3];
        ReadOnlySpan<ulong> b = [right._l0, right._l1, right._l2, right._l3];
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        for (int i = 0; i < 4; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < 4; j++)
            {
                UInt128 term = (UInt128)a[i] * b[j] + product[i + j] + carry;
                product[i + j] = (ulong)term;
                carry = (ulong)(term >> 64);
            }

            product[i + 4] = carry;
        }

        return (product[4] | product[5] | product[6] | product[7]) != 0
            ? throw new OverflowException("the product exceeds 256 bits")
            : new UInt256(product[3], product[2], product[1], product[0]);
    }

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static UInt256 operator /(UInt256 left, UInt256 right) => DivRem(left, right).Quotient;

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static UInt256 operator %(UInt256 left, UInt256 right) => DivRem(left, right).Remainder;

    public static UInt256 operator ++(UInt256 value) => value + One;

    /// <summary>Bits that leave on the left are lost, as in the EVM.</summary>
    public static UInt256 operator <<(UInt256 value, int shift)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shift);
        if (shift >= 256)
        {
            return Zero;
        }

        UInt256 limbs = (shift / 64) switch
        {
            0 => value,
            1 => new UInt256(value._l2, value._l1, value._l0, 0),
            2 => new UInt256(value._l1, value._l0, 0, 0),
            _ => new UInt256(value._l0, 0, 0, 0),
        };
        int bits = shift % 64;
        return bits == 0
            ? limbs
            : new UInt256(
                limbs._l3 << bits | limbs._l2 >> (64 - bits),
                limbs._l2 << bits | limbs._l1 >> (64 - bits),
                limbs._l1 << bits | limbs._l0 >> (64 - bits),
                limbs._l0 << bits);
    }

    public static UInt256 operator >>(UInt256 value, int shift)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shift);
        if (shift >= 256)
        {
            return Zero;
        }

        UInt256 limbs = (shift / 64) switch
        {
            0 => value,
            1 => new UInt256(0, value._l3, value._l2, value._l1),
            2 => new UInt256(0, 0, value._l3, value._l2),
            _ => new UInt256(0, 0, 0, value._l3),
        };
        int bits = shift % 64;
        return bits == 0
            ? limbs
            : new UInt256(
                limbs._l3 >> bits,
                limbs._l2 >> bits | limbs._l3 << (64 - bits),
                limbs._l1 >> bits | limbs._l2 << (64 - bits),
                limbs._l0 >> bits | limbs._l1 << (64 - bits));
    }

    public static UInt256 operator &(UInt256 left, UInt256 right) =>
        new(left._l3 & right._l3, left._l2 & right._l2, left._l1 & right._l1, left._l0 & right._l0);

    public static UInt256 operator |(UInt256 left, UInt256 right) =>
        new(left._l3 | right._l3, left._l2 | right._l2, left._l1 | right._l1, left._l0 | right._l0);

    public static UInt256 operator ^(UInt256 left, UInt256 right) =>
        new(left._l3 ^ right._l3, left._l2 ^ right._l2, left._l1 ^ right._l1, left._l0 ^ right._l0);

    public static UInt256 operator ~(UInt256 value) => new(~value._l3, ~value._l2, ~value._l1, ~value._l0);

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 left, UInt256 right)
    {
        if (right.IsZero)
        {
            throw new DivideByZeroException();
        }

        if (left.FitsUInt128 && right.FitsUInt128)
        {
            (UInt128 quotient, UInt128 remainder) = UInt128.DivRem((UInt128)left, (UInt128)right);
            return (quotient, remainder);
        }

        BigInteger big = BigInteger.DivRem(left.ToBigInteger(), right.ToBigInteger(), out BigInteger rest);
        return ((UInt256)big, (UInt256)rest);
    }

    /// <summary>left × multiplier ÷ divisor, rounded down, without overflow in between.</summary>
    /// <exception cref="OverflowException">The result exceeds 256 bits.</exception>
    public static UInt256 MulDiv(UInt256 left, UInt256 multiplier, UInt256 divisor) =>
        (UInt256)(left.ToBigInteger() * multiplier.ToBigInteger() / divisor.ToBigInteger());

    /// <summary>left × multiplier ÷ divisor, rounded up.</summary>
    /// <exception cref="OverflowException">The result exceeds 256 bits.</exception>
    public static UInt256 MulDivUp(UInt256 left, UInt256 multiplier, UInt256 divisor)
    {
        BigInteger by = divisor.ToBigInteger();
        return (UInt256)((left.ToBigInteger() * multiplier.ToBigInteger() + by - 1) / by);
    }

    public static UInt256 Min(UInt256 left, UInt256 right) => left < right ? left : right;

    public static UInt256 Max(UInt256 left, UInt256 right) => left > right ? left : right;

    /// <summary>left − right, or zero.</summary>
    public static UInt256 SubtractToZero(UInt256 left, UInt256 right) => left > right ? Subtract(left, right) : Zero;

    /// <summary>The sum modulo 2^256, as the EVM adds.</summary>
    public static UInt256 AddWrapping(UInt256 left, UInt256 right) => Add(left, right, out _);

    /// <summary>The difference modulo 2^256, as the EVM subtracts.</summary>
    public static UInt256 SubtractWrapping(UInt256 left, UInt256 right) => Subtract(left, right);

    private static UInt256 Add(UInt256 left, UInt256 right, out bool carry)
    {
        UInt128 s0 = (UInt128)left._l0 + right._l0;
        UInt128 s1 = (UInt128)left._l1 + right._l1 + (ulong)(s0 >> 64);
        UInt128 s2 = (UInt128)left._l2 + right._l2 + (ulong)(s1 >> 64);
        UInt128 s3 = (UInt128)left._l3 + right._l3 + (ulong)(s2 >> 64);
        carry = (ulong)(s3 >> 64) != 0;
        return new UInt256((ulong)s3, (ulong)s2, (ulong)s1, (ulong)s0);
    }

    private static UInt256 Subtract(UInt256 left, UInt256 right) => Add(Add(left, ~right, out _), One, out _);
}
