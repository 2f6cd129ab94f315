using System.Diagnostics;
using System.Runtime.InteropServices;
using Bundler.Ethereum.Crypto;

namespace Bundler.Signing.Sodium;

/// <summary>The password hashes and the cipher that .NET does not have, by the system's libsodium.</summary>
public static partial class Libsodium
{
    /// <summary>The length of a salt of <see cref="Argon2id"/> in bytes.</summary>
    public const int ArgonSaltSize = 16;

    /// <summary>The length of a key of XChaCha20-Poly1305 in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The length of a nonce of XChaCha20-Poly1305 in bytes: long enough to be random.</summary>
    public const int NonceSize = 24;

    /// <summary>How much longer the ciphertext is than the plaintext.</summary>
    public const int TagSize = 16;

    private const string Library = "libsodium.so.23";
    private const int AlgorithmArgon2Id13 = 2;

    private static readonly Lazy<bool> Initialised = new(Initialise);

    /// <summary>Null when the library is usable, else one sentence that says what to install.</summary>
    public static string? Probe() => NativeLibrary.TryLoad(Library, typeof(Libsodium).Assembly, null, out _)
        ? null
        : $"The library {Library} is missing: install the Debian package libsodium23.";

    /// <summary>scrypt (RFC 7914) into <paramref name="derived"/>.</summary>
    /// <exception cref="InsufficientMemoryException">128 · n · r bytes cannot be had.</exception>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static void Scrypt(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ulong n, uint r, uint p, Span<byte> derived)
    {
        Require();
        if (ScryptLowLevel(password, (nuint)password.Length, salt, (nuint)salt.Length, n, r, p, derived, (nuint)derived.Length) != 0)
        {
            throw new InsufficientMemoryException($"scrypt needs {128 * n * r} bytes of memory");
        }
    }

    /// <summary>Argon2id 1.3 (RFC 9106) with one lane into <paramref name="derived"/>.</summary>
    /// <exception cref="InsufficientMemoryException">So much memory cannot be had.</exception>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static void Argon2id(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ulong passes, ulong memoryBytes, Span<byte> derived)
    {
        Require();
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, ArgonSaltSize);
        if (PasswordHash(derived, (ulong)derived.Length, password, (ulong)password.Length, salt, passes, (nuint)memoryBytes, AlgorithmArgon2Id13) != 0)
        {
            throw new InsufficientMemoryException($"Argon2id needs {memoryBytes} bytes of memory");
        }
    }

    /// <summary>XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): the ciphertext and its tag.</summary>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key)
    {
        Require();
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        byte[] sealedBytes = new byte[plaintext.Length + TagSize];
        int result = Encrypt(
            sealedBytes, out _, plaintext, (ulong)plaintext.Length, associated, (ulong)associated.Length, 0, nonce, key);
        return result == 0 ? sealedBytes : throw new UnreachableException("XChaCha20-Poly1305 does not fail to encrypt");
    }

    /// <summary>The inverse of <see cref="Seal"/>; false when key, nonce, associated bytes or ciphertext are not those that were sealed.</summary>
    /// <exception cref="NativeLibraryMissingException">libsodium is not installed.</exception>
    public static bool TryUnseal(
        ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> plaintext)
    {
        Require();
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        return sealedBytes.Length == plaintext.Length + TagSize
            && Decrypt(plaintext, out _, 0, sealedBytes, (ulong)sealedBytes.Length, associated, (ulong)associated.Length, nonce, key) == 0;
    }

    private static void Require() => _ = Initialised.Value;

    private static bool Initialise()
    {
        if (Probe() is { } fault)
        {
            throw new NativeLibraryMissingException(fault);
        }

        return SodiumInit() >= 0 ? true : throw new NativeLibraryMissingException($"The library {Library} cannot be initialised.");
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int SodiumInit();

    [LibraryImport(Library, EntryPoint = "crypto_pwhash_scryptsalsa208sha256_ll")]
    private static partial int ScryptLowLevel(
        ReadOnlySpan<byte> password, nuint passwordLength, ReadOnlySpan<byte> salt, nuint saltLength,
        ulong n, uint r, uint p, Span<byte> derived, nuint derivedLength);

    [LibraryImport(Library, EntryPoint = "crypto_pwhash")]
    private static partial int PasswordHash(
        Span<byte> derived, ulong derivedLength, ReadOnlySpan<byte> password, ulong passwordLength, ReadOnlySpan<byte> salt,
        ulong passes, nuint memory, int algorithm);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_encrypt")]
    private static partial int Encrypt(
        Span<byte> sealedBytes, out ulong sealedLength, ReadOnlySpan<byte> plaintext, ulong plaintextLength,
        ReadOnlySpan<byte> associated, ulong associatedLength, nint secretNonce, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_decrypt")]
    private static partial int Decrypt(
        Span<byte> plaintext, out ulong plaintextLength, nint secretNonce, ReadOnlySpan<byte> sealedBytes, ulong sealedLength,
        ReadOnlySpan<byte> associated, ulong associatedLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);
}
