namespace Bundler.Signing.Keystore;

/// <summary>The JSON of our own keystore; bytes are 0x-prefixed hex.</summary>
internal static class Argon2KeystoreWire
{
    public sealed record File(string? Kind, int Version, string? Address, Kdf? Kdf, Cipher? Cipher);

    public sealed record Kdf(string? Name, ulong Passes, ulong MemoryBytes, string? Salt);

    public sealed record Cipher(string? Name, string? Nonce, string? Text);
}
