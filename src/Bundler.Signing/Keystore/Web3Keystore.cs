using System.Security.Cryptography;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Sodium;

namespace Bundler.Signing.Keystore;

/// <summary>
/// The Web3 Secret Storage Definition, version 3, as geth and most wallets write it: scrypt or PBKDF2, AES-128-CTR, and a Keccak MAC. Read
/// only; new keys go into an <see cref="Argon2Keystore"/>.
/// </summary>
internal static class Web3Keystore
{
    public const int Version = 3;

    private const int DerivedSize = 32;
    private const int MaxDerivedSize = 64;
    private const ulong MaxScryptMemory = 1UL << 30;
    private const ulong MaxScryptWork = 1UL << 28;
    private const int MaxIterations = 10_000_000;

    /// <exception cref="KeystoreException">Malformed, too costly, of another kind, or the wrong password.</exception>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static SecretBytes Open(Web3KeystoreWire.File file, ReadOnlySpan<byte> password)
    {
        if (file.Crypto is not { Cipher: "aes-128-ctr", CipherParams: { } cipher, KdfParams: { } kdf } crypto)
        {
            throw new KeystoreException($"has the cipher {file.Crypto?.Cipher ?? "none"}, known is aes-128-ctr");
        }

        byte[] initialCounter = Decode(cipher.Iv, "iv");
        byte[] cipherText = Decode(crypto.CipherText, "ciphertext");
        byte[] mac = Decode(crypto.Mac, "mac");
        if (initialCounter.Length != 16 || cipherText.Length != Secp256k1.SecretSize)
        {
            throw new KeystoreException("has an iv that is not 16 bytes long, or a ciphertext that is not 32 bytes long");
        }

        byte[] derived = Derive(crypto.Kdf, kdf, password);
        byte[] secret = [];
        try
        {
            byte[] expected = new byte[32];
            Keccak256.Hash([.. derived.AsSpan(16, 16), .. cipherText], expected);
            if (!CryptographicOperations.FixedTimeEquals(expected, mac))
            {
                throw new KeystoreException("does not open with this password");
            }

            secret = AesCtr.Apply(derived.AsSpan(0, 16), initialCounter, cipherText);
            RequireAddress(secret, file.Address);
            return new SecretBytes(secret);
        }
        catch (CodecException malformed)
        {
            throw new KeystoreException($"holds no private key: {malformed.Message}", malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static byte[] Derive(string? name, Web3KeystoreWire.KdfParameters kdf, ReadOnlySpan<byte> password)
    {
        byte[] salt = Decode(kdf.Salt, "salt");
        if (kdf.DkLen is < DerivedSize or > MaxDerivedSize)
        {
            throw new KeystoreException($"asks for a derived key of {kdf.DkLen} bytes");
        }

        byte[] derived = new byte[kdf.DkLen];
        switch (name)
        {
            case "scrypt":
                Bound(kdf);
                Libsodium.Scrypt(password, salt, kdf.N, kdf.R, kdf.P, derived);
                return derived;
            case "pbkdf2" when kdf.Prf == "hmac-sha256":
                if (kdf.C is < 1 or > MaxIterations)
                {
                    throw new KeystoreException($"asks for {kdf.C} iterations of PBKDF2, the most are {MaxIterations}");
                }

                Rfc2898DeriveBytes.Pbkdf2(password, salt, derived, kdf.C, HashAlgorithmName.SHA256);
                return derived;
            default:
                throw new KeystoreException($"has the key derivation {name} {kdf.Prf}, known are scrypt and pbkdf2 with hmac-sha256");
        }
    }

    private static void Bound(Web3KeystoreWire.KdfParameters kdf)
    {
        bool wellFormed = kdf.N > 1 && ulong.IsPow2(kdf.N) && kdf is { R: > 0, P: > 0 };
        UInt128 memory = (UInt128)128 * kdf.N * kdf.R;
        UInt128 work = (UInt128)kdf.N * kdf.R * kdf.P;
        if (!wellFormed || memory > MaxScryptMemory || work > MaxScryptWork)
        {
            throw new KeystoreException($"has scrypt parameters that are malformed or too costly (n {kdf.N}, r {kdf.R}, p {kdf.P})");
        }
    }

    // The address is optional, and outside the MAC: one that differs means a file that was put together.
    private static void RequireAddress(ReadOnlySpan<byte> secret, string? address)
    {
        using PrivateKey key = new(secret);
        if (address is { Length: > 0 } && Convert.ToHexStringLower(key.Address.Span) != address.ToLowerInvariant().Replace("0x", "", StringComparison.Ordinal))
        {
            throw new KeystoreException($"says that it is of {address}, but holds the key of {key.Address}");
        }
    }

    private static byte[] Decode(string? hex, string name)
    {
        try
        {
            return Convert.FromHexString(hex ?? "");
        }
        catch (FormatException malformed)
        {
            throw new KeystoreException($"has a {name} that is not hex", malformed);
        }
    }
}
