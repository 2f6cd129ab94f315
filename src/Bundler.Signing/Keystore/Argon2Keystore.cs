using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Sodium;

namespace Bundler.Signing.Keystore;

/// <summary>
/// Our own keystore (S4-16): a private key under XChaCha20-Poly1305, its key derived from a password by Argon2id. The address and the
/// parameters are authenticated with it, so that none of them can be exchanged.
/// </summary>
internal static class Argon2Keystore
{
    public const string Kind = "bundler-keystore";

    private const int Version = 1;
    private const string KdfName = "argon2id";
    private const string CipherName = "xchacha20-poly1305";
    private const ulong MaxPasses = 64;
    private const ulong MinMemory = 8 * 1_024;
    private const ulong MaxMemory = 1UL << 30;

    public static Argon2KeystoreWire.File Seal(PrivateKey key, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> password, Argon2Cost cost)
    {
        Argon2KeystoreWire.Kdf kdf = new(
            KdfName, cost.Passes, cost.MemoryBytes, Hex.Encode(RandomNumberGenerator.GetBytes(Libsodium.ArgonSaltSize)));
        byte[] nonce = RandomNumberGenerator.GetBytes(Libsodium.NonceSize);
        byte[] wrapping = Derive(kdf, password);
        try
        {
            byte[] text = Libsodium.Seal(secret, Associated(key.Address, kdf), nonce, wrapping);
            return new Argon2KeystoreWire.File(
                Kind, Version, key.Address.ToString(), kdf, new Argon2KeystoreWire.Cipher(CipherName, Hex.Encode(nonce), Hex.Encode(text)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapping);
        }
    }

    /// <exception cref="KeystoreException">Malformed, too costly, of another kind, or the wrong password.</exception>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static SecretBytes Open(Argon2KeystoreWire.File file, ReadOnlySpan<byte> password)
    {
        if (file is not { Version: Version, Kdf: { Name: KdfName } kdf, Cipher: { Name: CipherName } cipher })
        {
            throw new KeystoreException($"is not version {Version} with {KdfName} and {CipherName}");
        }

        if (kdf.Passes is 0 or > MaxPasses || kdf.MemoryBytes is < MinMemory or > MaxMemory)
        {
            throw new KeystoreException($"has Argon2id parameters out of bounds ({kdf.Passes} passes, {kdf.MemoryBytes} bytes)");
        }

        byte[] wrapping = [];
        byte[] secret = new byte[Secp256k1.SecretSize];
        try
        {
            Address address = Address.Parse(file.Address);
            byte[] nonce = Exactly(cipher.Nonce, Libsodium.NonceSize);
            byte[] text = Exactly(cipher.Text, Secp256k1.SecretSize + Libsodium.TagSize);
            wrapping = Derive(kdf, password);
            return Libsodium.TryUnseal(text, Associated(address, kdf), nonce, wrapping, secret)
                ? new SecretBytes(secret)
                : throw new KeystoreException("does not open with this password");
        }
        catch (CodecException malformed)
        {
            throw new KeystoreException($"is malformed: {malformed.Message}", malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapping);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static byte[] Derive(Argon2KeystoreWire.Kdf kdf, ReadOnlySpan<byte> password)
    {
        byte[] derived = new byte[Libsodium.KeySize];
        Libsodium.Argon2id(password, Exactly(kdf.Salt, Libsodium.ArgonSaltSize), kdf.Passes, kdf.MemoryBytes, derived);
        return derived;
    }

    private static byte[] Associated(Address address, Argon2KeystoreWire.Kdf kdf) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Kind}/{Version} {address} {kdf.Name} {kdf.Passes} {kdf.MemoryBytes} {kdf.Salt}"));

    private static byte[] Exactly(string? hex, int length)
    {
        byte[] bytes = new byte[length];
        Hex.DecodeExactly(hex, bytes);
        return bytes;
    }
}
