using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Bundler.Ethereum.Primitives;

/// <summary>An unsigned 256-bit number in four limbs; arithmetic is checked.</summary>
public readonly partial struct UInt256 : IEquatable<UInt256>, IComparable<UInt256>, IComparable
{
    private const int MaxDecimalDigits = 78;

    private readonly ulong _l0; // least significant
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;

    public UInt256(ulong l3, ulong l2, ulong l1, ulong l0)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    public static UInt256 Zero => default;

    public static UInt256 One => new(0, 0, 0, 1);

    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    public bool FitsUInt64 => (_l1 | _l2 | _l3) == 0;

    public bool FitsUInt128 => (_l2 | _l3) == 0;

    /// <summary>The number of bits up to the highest set one; 0 for zero.</summary>
    public int BitLength =>
        _l3 != 0 ? 256 - BitOperations.LeadingZeroCount(_l3)
        : _l2 != 0 ? 192 - BitOperations.LeadingZeroCount(_l2)
        : _l1 != 0 ? 128 - BitOperations.LeadingZeroCount(_l1)
        : 64 - BitOperations.LeadingZeroCount(_l0);

    public static implicit operator UInt256(ulong value) => new(0, 0, 0, value);

    public static implicit operator UInt256(byte value) => new(0, 0, 0, value);

    public static implicit operator UInt256(uint value) => new(0, 0, 0, value);

    /// <exception cref="OverflowException">The value is negative.</exception>
    public static implicit operator UInt256(int value) => new(0, 0, 0, checked((ulong)value));

    /// <exception cref="OverflowException">The value is negative.</exception>
    public static explicit operator UInt256(long value) => new(0, 0, 0, checked((ulong)value));

    public static implicit operator UInt256(UInt128 value) => new(0, 0, (ulong)(value >> 64), (ulong)value);

    /// <exception cref="OverflowException">The value is negative or exceeds 256 bits.</exception>
    public static explicit operator UInt256(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        return value.Sign >= 0 && value.TryWriteBytes(bytes, out _, isUnsigned: true)
            ? new UInt256(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes))
            : throw new OverflowException("the number does not fit 256 bits");
    }

    /// <exception cref="OverflowException">The value exceeds 64 bits.</exception>
    public static explicit operator ulong(UInt256 value) =>
        value.FitsUInt64 ? value._l0 : throw new OverflowException("the number exceeds 64 bits");

    /// <exception cref="OverflowException">The value exceeds 63 bits.</exception>
    public static explicit operator long(UInt256 value) => checked((long)(ulong)value);

    /// <exception cref="OverflowException">The value exceeds 31 bits.</exception>
    public static explicit operator int(UInt256 value) => checked((int)(ulong)value);

    /// <exception cref="OverflowException">The value exceeds 128 bits.</exception>
    public static explicit operator UInt128(UInt256 value) =>
        value.FitsUInt128 ? new UInt128(value._l1, value._l0) : throw new OverflowException("the number exceeds 128 bits");

    public static explicit operator double(UInt256 value) => (double)value.ToBigInteger();

    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[32];
        WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>At most 32 big-endian bytes.</summary>
    /// <exception cref="CodecException">More than 32 bytes.</exception>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 32)
        {
            throw new CodecException($"a number of {bytes.Length} bytes exceeds 256 bits");
        }

        Span<byte> word = stackalloc byte[32];
        word.Clear();
        bytes.CopyTo(word[(32 - bytes.Length)..]);
        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(word),
            BinaryPrimitives.ReadUInt64BigEndian(word[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[24..]));
    }

    /// <summary>All 32 bytes, big-endian.</summary>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _l3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _l2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _l1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _l0);
    }

    /// <summary>QUANTITY text: <c>0x0</c> or no leading zero; at most 256 bits.</summary>
    /// <exception cref="CodecException">Not a canonical quantity.</exception>
    public static UInt256 ParseQuantity(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = Hex.Digits(text);
        return digits.Length switch
        {
            0 => throw new CodecException("a quantity needs at least one digit"),
            > 1 when digits[0] == '0' => throw new CodecException("a quantity has no leading zeros"),
            _ => FromHexDigits(digits),
        };
    }

    /// <summary>Hex text with any number of leading zeros (nodes and wallets write those too); at most 256 bits.</summary>
    /// <exception cref="CodecException">No 0x, no digit, not hex, or too large.</exception>
    public static UInt256 ParseHex(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = Hex.Digits(text);
        return digits.IsEmpty ? throw new CodecException("a number needs at least one digit") : FromHexDigits(digits.TrimStart('0'));
    }

    /// <summary>Decimal text.</summary>
    /// <exception cref="CodecException">Not decimal, or too large.</exception>
    public static UInt256 ParseDecimal(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            throw new CodecException("not a decimal number");
        }

        ReadOnlySpan<char> digits = text.TrimStart('0');
        if (digits.Length > MaxDecimalDigits)
        {
            throw new CodecException("the number exceeds 256 bits");
        }

        BigInteger value = digits.IsEmpty ? BigInteger.Zero : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return value.GetBitLength() > 256 ? throw new CodecException("the number exceeds 256 bits") : (UInt256)value;
    }

    /// <summary>QUANTITY text.</summary>
    public string ToQuantity()
    {
        Span<byte> bytes = stackalloc byte[32];
        WriteBigEndian(bytes);
        string digits = Convert.ToHexStringLower(bytes).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }

    /// <summary>Decimal text.</summary>
    public override string ToString() =>
        FitsUInt64 ? _l0.ToString(CultureInfo.InvariantCulture) : ToBigInteger().ToString(CultureInfo.InvariantCulture);

    public bool Equals(UInt256 other) => _l0 == other._l0 && _l1 == other._l1 && _l2 == other._l2 && _l3 == other._l3;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is UInt256 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_l0, _l1, _l2, _l3);

    public int CompareTo(UInt256 other) =>
        _l3 != other._l3 ? _l3.CompareTo(other._l3)
        : _l2 != other._l2 ? _l2.CompareTo(other._l2)
        : _l1 != other._l1 ? _l1.CompareTo(other._l1)
        : _l0.CompareTo(other._l0);

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        UInt256 other => CompareTo(other),
        _ => throw new ArgumentException("not a UInt256", nameof(obj)),
    };

    private static UInt256 FromHexDigits(ReadOnlySpan<char> digits)
    {
        if (digits.Length > 64)
        {
            throw new CodecException("the number exceeds 256 bits");
        }

        Span<char> padded = stackalloc char[64];
        padded.Fill('0');
        digits.CopyTo(padded[(64 - digits.Length)..]);
        Span<byte> bytes = stackalloc byte[32];
        return Convert.FromHexString(padded, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? FromBigEndian(bytes)
            : throw new CodecException("the number has a character that is not a hex digit");
    }
}
