using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.KeyServices;

/// <summary>What key services give: r and s without the parity, and s as likely high as low.</summary>
public readonly record struct RawSignature(UInt256 R, UInt256 S)
{
    /// <summary>64 bytes, <c>r ‖ s</c>: the form of PKCS#11 and JOSE (RFC 7518, 3.4).</summary>
    /// <exception cref="CodecException">Another length.</exception>
    public static RawSignature FromConcatenation(ReadOnlySpan<byte> bytes) => bytes.Length == 64
        ? new RawSignature(UInt256.FromBigEndian(bytes[..32]), UInt256.FromBigEndian(bytes[32..]))
        : throw new CodecException($"r ‖ s has 64 bytes, got {bytes.Length}");

    /// <summary>
    /// The low-s signature (EIP-2) that recovers to <paramref name="address"/>, with the parity found by trying both; null when neither does.
    /// </summary>
    public Signature? Complete(Hash32 digest, Address address)
    {
        if (R.IsZero || S.IsZero || R >= Secp256k1.Order || S >= Secp256k1.Order)
        {
            return null;
        }

        Signature even = new Signature(Hash32.From(R), Hash32.From(S), 0).Normalize() with { YParity = 0 };
        Signature odd = even with { YParity = 1 };
        return SignatureRecovery.Recover(digest, even) == address ? even
            : SignatureRecovery.Recover(digest, odd) == address ? odd
            : null;
    }
}
