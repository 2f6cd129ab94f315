using System.Buffers.Binary;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>
/// EntryPoint v0.9: paymasterAndData may end with signature ‖ uint16 length ‖ magic; the signature and its length are not part of the userOpHash, so that
/// paymaster and account can sign at the same time.
/// </summary>
internal static class PaymasterSuffix
{
    private const int LengthSize = sizeof(ushort);
    private const int TrailerSize = LengthSize + 8;
    private const int MinLength = PackedUserOperation.PaymasterDataOffset + TrailerSize;

    /// <summary>The first eight bytes of keccak256("PaymasterSignature").</summary>
    private static ReadOnlySpan<byte> Magic => [0x22, 0xe3, 0x25, 0xa2, 0x97, 0x43, 0x96, 0x56];

    /// <exception cref="CodecException">The signature is longer than its length field can say.</exception>
    public static Bytes Of(Bytes signature)
    {
        if (signature.Length > ushort.MaxValue)
        {
            throw new CodecException("paymasterSignature", $"has {signature.Length} bytes, at most {ushort.MaxValue} fit");
        }

        byte[] suffix = new byte[signature.Length + TrailerSize];
        signature.Span.CopyTo(suffix);
        BinaryPrimitives.WriteUInt16BigEndian(suffix.AsSpan(signature.Length), (ushort)signature.Length);
        Magic.CopyTo(suffix.AsSpan(signature.Length + LengthSize));
        return Bytes.Own(suffix);
    }

    /// <summary>The length of the signature in paymasterAndData; <c>null</c> without a suffix.</summary>
    /// <exception cref="CodecException">The suffix claims more bytes than there are: the EntryPoint reverts with InvalidPaymasterSignatureLength.</exception>
    public static int? SignatureLength(ReadOnlySpan<byte> paymasterAndData)
    {
        if (paymasterAndData.Length < MinLength || !paymasterAndData.EndsWith(Magic))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(paymasterAndData[^TrailerSize..]);
        int available = paymasterAndData.Length - MinLength;
        return length <= available
            ? length
            : throw new CodecException("paymasterData", $"its suffix claims a paymaster signature of {length} bytes, there are {available}");
    }

    /// <summary>What stands for paymasterAndData in the userOpHash.</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> paymasterAndData)
    {
        // An empty signature is hashed with its suffix as it is: so does the EntryPoint.
        if (SignatureLength(paymasterAndData) is not (> 0 and int length))
        {
            return Keccak256.Hash(paymasterAndData);
        }

        byte[] signed = new byte[paymasterAndData.Length - length - LengthSize];
        paymasterAndData[..^(length + TrailerSize)].CopyTo(signed);
        Magic.CopyTo(signed.AsSpan(signed.Length - Magic.Length));
        return Keccak256.Hash(signed);
    }

    /// <summary>The operation with the suffix of its paymasterData moved into <see cref="UserOperation.PaymasterSignature"/>.</summary>
    public static UserOperation Split(UserOperation operation, ReadOnlySpan<byte> paymasterAndData)
    {
        if (SignatureLength(paymasterAndData) is not { } length)
        {
            return operation;
        }

        int dataLength = paymasterAndData.Length - MinLength - length;
        return operation with
        {
            PaymasterData = operation.PaymasterData.Slice(0, dataLength),
            PaymasterSignature = operation.PaymasterData.Slice(dataLength, length),
        };
    }
}
