namespace Bundler.Signing.GoogleKms;

/// <summary>The messages of the Cloud KMS REST API (v1) that signing needs; 64-bit integers travel as text.</summary>
internal static class GoogleKmsWire
{
    public sealed record Digest(byte[] Sha256);

    public sealed record AsymmetricSignRequest(Digest Digest, string DigestCrc32c);

    public sealed record AsymmetricSignResponse(byte[]? Signature, string? SignatureCrc32c, bool VerifiedDigestCrc32c, string? Name);

    public sealed record PublicKeyResponse(string? Pem, string? Algorithm, string? PemCrc32c, string? Name);

    public sealed record Error(int Code, string? Message, string? Status);

    public sealed record ErrorResponse(Error? Error);
}
