using System.Formats.Asn1;
using System.Security.Cryptography;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.KeyServices;

/// <summary>secp256k1 public keys as key services hand them out, turned into the address that they control.</summary>
public static class SubjectPublicKey
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string Secp256k1Curve = "1.3.132.0.10";

    /// <summary>SubjectPublicKeyInfo in DER (RFC 5480) to an address.</summary>
    /// <exception cref="CodecException">Not DER, of another algorithm or curve, or a compressed point.</exception>
    public static Address AddressOf(ReadOnlyMemory<byte> der)
    {
        try
        {
            AsnReader envelope = new(der, AsnEncodingRules.DER);
            AsnReader info = envelope.ReadSequence();
            envelope.ThrowIfNotEmpty();
            AsnReader algorithm = info.ReadSequence();
            RequireSecp256k1(algorithm.ReadObjectIdentifier(), algorithm.ReadObjectIdentifier());
            algorithm.ThrowIfNotEmpty();
            byte[] point = info.ReadBitString(out _);
            info.ThrowIfNotEmpty();
            return AddressOfPoint(point);
        }
        catch (AsnContentException malformed)
        {
            throw new CodecException("", "the public key is not a SubjectPublicKeyInfo", malformed);
        }
    }

    /// <summary>The same in PEM, under the label <c>PUBLIC KEY</c>.</summary>
    /// <exception cref="CodecException">Not such PEM, or as <see cref="AddressOf"/>.</exception>
    public static Address AddressOfPem(ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields) || !pem[fields.Label].SequenceEqual("PUBLIC KEY"))
        {
            throw new CodecException("the public key is not PEM with the label PUBLIC KEY");
        }

        byte[] der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out int length) && length == der.Length
            ? AddressOf(der)
            : throw new CodecException("the public key is not PEM with the label PUBLIC KEY");
    }

    /// <summary>An uncompressed point, bare or as the DER OCTET STRING of PKCS#11's CKA_EC_POINT.</summary>
    /// <exception cref="CodecException">Anything else.</exception>
    public static Address AddressOfEcPoint(ReadOnlyMemory<byte> point)
    {
        if (point.Length == Secp256k1.PublicKeySize)
        {
            return AddressOfPoint(point.Span);
        }

        try
        {
            return AddressOfPoint(AsnDecoder.ReadOctetString(point.Span, AsnEncodingRules.DER, out _));
        }
        catch (AsnContentException malformed)
        {
            throw new CodecException("", "the public key is not an EC point", malformed);
        }
    }

    /// <summary>The coordinates of a point, 32 bytes each.</summary>
    /// <exception cref="CodecException">Another length.</exception>
    public static Address AddressOfCoordinates(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != 32 || y.Length != 32)
        {
            throw new CodecException($"the coordinates of a public key have 32 bytes each, got {x.Length} and {y.Length}");
        }

        Span<byte> point = [4, .. x, .. y];
        return AddressOfPoint(point);
    }

    private static Address AddressOfPoint(ReadOnlySpan<byte> point) => Secp256k1.AddressOf(point);

    private static void RequireSecp256k1(string algorithm, string curve)
    {
        if (algorithm != EcPublicKey || curve != Secp256k1Curve)
        {
            throw new CodecException($"the key is not of the curve secp256k1 (algorithm {algorithm}, parameters {curve})");
        }
    }
}
