using System.Security.Cryptography;
using System.Text.Json;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.LocalKey;

namespace Bundler.Signing.Keystore;

/// <summary>Keystores on disk: reads both formats, told apart by their content, and writes our own.</summary>
public static class KeystoreFile
{
    private const string What = "keystore";

    /// <summary>The key inside; the caller disposes it.</summary>
    /// <exception cref="KeyFileException">The file or its password file is missing or open to others, or the keystore does not open.</exception>
    public static PrivateKey Read(string path, string passwordPath)
    {
        using SecretBytes password = SecretFile.ReadLine(passwordPath, "password file");
        using SecretBytes secret = ReadSecret(path, password);
        return KeyOf(path, secret);
    }

    /// <summary>The secret of a keystore of either format; the caller disposes it.</summary>
    /// <exception cref="KeyFileException">The file is missing or open to others, or does not open with this password.</exception>
    public static SecretBytes ReadSecret(string path, SecretBytes password)
    {
        using SecretBytes content = SecretFile.Read(path, What);
        try
        {
            return Open(content.Span, password.Span);
        }
        catch (KeystoreException fault)
        {
            throw new KeyFileException($"the keystore {path} {fault.Message}");
        }
        catch (JsonException)
        {
            throw new KeyFileException($"the keystore {path} is not JSON of a keystore");
        }
        catch (InsufficientMemoryException fault)
        {
            throw new KeyFileException($"the keystore {path} does not open: {fault.Message}");
        }
        catch (NativeLibraryMissingException fault)
        {
            throw new KeyFileException($"the keystore {path} does not open: {fault.Message}");
        }
    }

    /// <summary>Whether a file looks like a keystore rather than like hex.</summary>
    /// <exception cref="KeyFileException">The file is missing or open to others.</exception>
    public static bool IsKeystore(string path)
    {
        using SecretBytes content = SecretFile.Read(path, "key file");
        return content.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    /// <summary>Puts a secret (32 bytes; the caller clears them) under a password into a new file that only its owner may read.</summary>
    /// <exception cref="KeyFileException">There is such a file already, or it cannot be written.</exception>
    /// <exception cref="CodecException">The secret is no private key.</exception>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static Address Create(string path, ReadOnlySpan<byte> secret, SecretBytes password, Argon2Cost cost)
    {
        using PrivateKey key = new(secret);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(Argon2Keystore.Seal(key, secret, password.Span, cost), KeystoreJson.Default.Argon2);
        SecretFile.Create(path, json, What);
        return key.Address;
    }

    /// <summary>As <see cref="Create"/>, with a new secret from the system's random source.</summary>
    public static Address CreateNew(string path, SecretBytes password, Argon2Cost cost)
    {
        Span<byte> secret = stackalloc byte[Secp256k1.SecretSize];
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        try
        {
            do
            {
                RandomNumberGenerator.Fill(secret);
            }
            while (!Secp256k1.TryPublicKey(secret, publicKey));

            return Create(path, secret, password, cost);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static PrivateKey KeyOf(string path, SecretBytes secret)
    {
        try
        {
            return new PrivateKey(secret.Span);
        }
        catch (CodecException malformed)
        {
            throw new KeyFileException($"the keystore {path} holds no private key: {malformed.Message}");
        }
    }

    private static SecretBytes Open(ReadOnlySpan<byte> json, ReadOnlySpan<byte> password)
    {
        if (JsonSerializer.Deserialize(json, KeystoreJson.Default.Argon2) is { Kind: Argon2Keystore.Kind } ours)
        {
            return Argon2Keystore.Open(ours, password);
        }

        return JsonSerializer.Deserialize(json, KeystoreJson.Default.Web3) is { Version: Web3Keystore.Version } web3
            ? Web3Keystore.Open(web3, password)
            : throw new KeystoreException($"is neither a {Argon2Keystore.Kind} nor version 3 of the Web3 Secret Storage");
    }
}
