using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Crypto;

/// <summary>A recoverable secp256k1 signature; <see cref="YParity"/> is 0 or 1.</summary>
public readonly record struct Signature(Hash32 R, Hash32 S, byte YParity)
{
    /// <summary>The length of <c>r ‖ s ‖ v</c>.</summary>
    public const int Size = 65;

    private const byte LegacyOffset = 27;

    /// <summary>EIP-2: of the two values of s that verify, this is the one not above half the group order.</summary>
    public bool IsLowS => S.ToUInt256() <= Secp256k1.HalfOrder;

    /// <summary>65 bytes, <c>r ‖ s ‖ v</c>, where v is 0, 1, 27 or 28.</summary>
    /// <exception cref="CodecException">Another length, or another v.</exception>
    public static Signature Parse(ReadOnlySpan<byte> sixtyFive)
    {
        if (sixtyFive.Length != Size)
        {
            throw new CodecException($"a signature has {Size} bytes, got {sixtyFive.Length}");
        }

        byte yParity = sixtyFive[64] switch
        {
            0 or LegacyOffset => 0,
            1 or LegacyOffset + 1 => 1,
            byte v => throw new CodecException($"the v of a signature is 0, 1, 27 or 28, got {v}"),
        };
        return new Signature(new Hash32(sixtyFive[..32]), new Hash32(sixtyFive[32..64]), yParity);
    }

    /// <summary><c>r ‖ s ‖ v</c> with v = 27 + yParity, as contracts expect it.</summary>
    public Bytes ToBytes()
    {
        byte[] bytes = new byte[Size];
        R.Span.CopyTo(bytes);
        S.Span.CopyTo(bytes.AsSpan(32));
        bytes[64] = (byte)(LegacyOffset + YParity);
        return Bytes.Own(bytes);
    }

    /// <summary>The same signature with the low s; the parity flips with s.</summary>
    public Signature Normalize()
    {
        UInt256 s = S.ToUInt256();
        return s <= Secp256k1.HalfOrder || s >= Secp256k1.Order
            ? this
            : new Signature(R, Hash32.From(Secp256k1.Order - s), (byte)(YParity ^ 1));
    }
}
