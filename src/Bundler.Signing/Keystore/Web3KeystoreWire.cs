namespace Bundler.Signing.Keystore;

/// <summary>The JSON of the Web3 Secret Storage Definition, version 3; bytes are hex without 0x.</summary>
internal static class Web3KeystoreWire
{
    public sealed record File(int Version, string? Address, Crypto? Crypto);

    public sealed record Crypto(string? Cipher, CipherParameters? CipherParams, string? CipherText, string? Kdf, KdfParameters? KdfParams, string? Mac);

    public sealed record CipherParameters(string? Iv);

    /// <summary>n, r and p are scrypt's, c and prf are PBKDF2's.</summary>
    public sealed record KdfParameters(int DkLen, string? Salt, ulong N, uint R, uint P, int C, string? Prf);
}
