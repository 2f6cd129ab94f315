using System.Formats.Asn1;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing.Kms;

/// <summary>The key inside a fake key service: it answers in the forms of such services, and every second s is high.</summary>
public sealed class SoftKey(PrivateKey key) : IDisposable
{
    private int _signatures;

    public static SoftKey Generate() => new(PrivateKey.Generate());

    public Address Address => key.Address;

    /// <summary>Signatures so far.</summary>
    public int Signatures => Volatile.Read(ref _signatures);

    /// <summary>SubjectPublicKeyInfo in DER.</summary>
    public byte[] SubjectPublicKeyInfo()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteObjectIdentifier("1.3.132.0.10");
            }

            writer.WriteBitString(key.PublicKey.Span);
        }

        return writer.Encode();
    }

    /// <summary>The coordinates of the public key, 32 bytes each.</summary>
    public (byte[] X, byte[] Y) Coordinates() => (key.PublicKey.Span[1..33].ToArray(), key.PublicKey.Span[33..].ToArray());

    /// <summary>r ‖ s.</summary>
    public byte[] SignConcatenated(ReadOnlySpan<byte> digest)
    {
        (Hash32 r, Hash32 s) = SignAlternating(digest);
        return [.. r.Span, .. s.Span];
    }

    /// <summary>SEQUENCE { r, s }.</summary>
    public byte[] SignDer(ReadOnlySpan<byte> digest)
    {
        (Hash32 r, Hash32 s) = SignAlternating(digest);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(r));
            writer.WriteIntegerUnsigned(Trimmed(s));
        }

        return writer.Encode();
    }

    public void Dispose() => key.Dispose();

    private (Hash32 R, Hash32 S) SignAlternating(ReadOnlySpan<byte> digest)
    {
        Signature signature = key.Sign(new Hash32(digest));
        return Interlocked.Increment(ref _signatures) % 2 == 0
            ? (signature.R, Hash32.From(Secp256k1.Order - signature.S.ToUInt256()))
            : (signature.R, signature.S);
    }

    private static ReadOnlySpan<byte> Trimmed(Hash32 scalar) => scalar.ToBytes().Span.TrimStart((byte)0);
}
