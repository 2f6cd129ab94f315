using System.Formats.Asn1;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.KeyServices;

/// <summary>ECDSA signatures in DER: <c>SEQUENCE { r INTEGER, s INTEGER }</c> (RFC 3279, 2.2.3).</summary>
public static class EcdsaDer
{
    /// <exception cref="CodecException">Not DER, negative or more than 256 bits, or followed by something.</exception>
    public static RawSignature Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            AsnReader envelope = new(der, AsnEncodingRules.DER);
            AsnReader fields = envelope.ReadSequence();
            envelope.ThrowIfNotEmpty();
            RawSignature signature = new(ReadScalar(fields), ReadScalar(fields));
            fields.ThrowIfNotEmpty();
            return signature;
        }
        catch (AsnContentException malformed)
        {
            throw new CodecException("", "the signature is not DER", malformed);
        }
    }

    private static UInt256 ReadScalar(AsnReader fields)
    {
        ReadOnlySpan<byte> integer = fields.ReadIntegerBytes().Span;
        ReadOnlySpan<byte> magnitude = integer[0] == 0 ? integer[1..] : integer;
        return integer[0] < 0x80 && magnitude.Length <= 32
            ? UInt256.FromBigEndian(magnitude)
            : throw new CodecException("r and s of a signature are positive and have at most 256 bits");
    }
}
