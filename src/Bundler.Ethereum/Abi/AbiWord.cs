using System.Numerics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>The types of one word: numbers, addresses, booleans and bytes1 to bytes32, range and padding checked in both directions.</summary>
internal static class AbiWord
{
    /// <summary>Writes the value into a word of zeros.</summary>
    /// <exception cref="CodecException">The value is not of the type or out of its range.</exception>
    public static void Write(AbiType type, object value, Span<byte> word)
    {
        switch (type)
        {
            case AbiType.UInt number:
                WriteUnsigned(number, value, word);
                break;
            case AbiType.Int number:
                WriteSigned(number, value, word);
                break;
            case AbiType.Address:
                (value is Address address ? address : throw Mismatch(type, value)).Span.CopyTo(word[12..]);
                break;
            case AbiType.Bool:
                word[31] = value is bool truth ? (byte)(truth ? 1 : 0) : throw Mismatch(type, value);
                break;
            case AbiType.FixedBytes { Length: Hash32.Size } when value is Hash32 hash:
                hash.Span.CopyTo(word);
                break;
            case AbiType.FixedBytes binary:
                Bytes bytes = Binary(type, value);
                (bytes.Length == binary.Length ? bytes : throw new CodecException($"{type} takes {binary.Length} bytes, got {bytes.Length}")).Span.CopyTo(word);
                break;
            default:
                throw new ArgumentException($"{type} is not of one word", nameof(type));
        }
    }

    /// <exception cref="CodecException">Bits are set that the type does not have.</exception>
    public static object Read(AbiType type, ReadOnlySpan<byte> word) => type switch
    {
        AbiType.UInt number => ReadUnsigned(number, word),
        AbiType.Int number => ReadSigned(number, word),
        AbiType.Address => word[..12].IndexOfAnyExcept((byte)0) < 0 ? new Address(word[12..]) : throw Dirty(type),
        AbiType.Bool => word[..31].IndexOfAnyExcept((byte)0) < 0 && word[31] <= 1 ? word[31] == 1 : throw Dirty(type),
        AbiType.FixedBytes { Length: Hash32.Size } => new Hash32(word),
        AbiType.FixedBytes bytes => word[bytes.Length..].IndexOfAnyExcept((byte)0) < 0 ? Bytes.From(word[..bytes.Length]) : throw Dirty(type),
        _ => throw new ArgumentException($"{type} is not of one word", nameof(type)),
    };

    public static Bytes Binary(AbiType type, object value) => value switch
    {
        Bytes bytes => bytes,
        byte[] bytes => Bytes.From(bytes),
        _ => throw Mismatch(type, value),
    };

    public static CodecException Mismatch(AbiType type, object? value) => new($"expected {type}, got {value?.GetType().Name ?? "null"}");

    private static void WriteUnsigned(AbiType.UInt type, object value, Span<byte> word)
    {
        UInt256 number = value switch
        {
            UInt256 n => n,
            ulong n => n,
            UInt128 n => n,
            _ => Unsigned(type, Integer(type, value)),
        };
        if (number.BitLength > type.Bits)
        {
            throw OutOfRange(type);
        }

        number.WriteBigEndian(word);
    }

    private static void WriteSigned(AbiType.Int type, object value, Span<byte> word)
    {
        BigInteger number = Integer(type, value);
        if (number.GetBitLength() >= type.Bits)
        {
            throw OutOfRange(type);
        }

        int length = number.GetByteCount();
        word[..^length].Fill(number.Sign < 0 ? (byte)0xff : (byte)0);
        number.TryWriteBytes(word[^length..], out _, isBigEndian: true);
    }

    private static UInt256 ReadUnsigned(AbiType.UInt type, ReadOnlySpan<byte> word)
    {
        UInt256 number = UInt256.FromBigEndian(word);
        return number.BitLength <= type.Bits ? number : throw Dirty(type);
    }

    private static BigInteger ReadSigned(AbiType.Int type, ReadOnlySpan<byte> word)
    {
        BigInteger number = new(word, isBigEndian: true);
        return number.GetBitLength() < type.Bits ? number : throw Dirty(type);
    }

    private static UInt256 Unsigned(AbiType type, BigInteger number) =>
        number.Sign >= 0 && number.GetBitLength() <= 256 ? (UInt256)number : throw OutOfRange(type);

    private static BigInteger Integer(AbiType type, object value) => value switch
    {
        BigInteger n => n,
        int n => n,
        uint n => n,
        long n => n,
        ulong n => n,
        byte n => n,
        ushort n => n,
        UInt128 n => n,
        UInt256 n => n.ToBigInteger(),
        _ => throw Mismatch(type, value),
    };

    private static CodecException OutOfRange(AbiType type) => new($"the number is out of the range of {type}");

    private static CodecException Dirty(AbiType type) => new($"the word is not a valid {type}");
}
