using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Crypto;

/// <summary>The curve of Ethereum's keys, computed by the system's libsecp256k1 (constant time, RFC 6979 nonces).</summary>
public static partial class Secp256k1
{
    /// <summary>The length of a secret in bytes.</summary>
    public const int SecretSize = 32;

    /// <summary>The length of an uncompressed public key (<c>0x04 ‖ x ‖ y</c>) in bytes.</summary>
    public const int PublicKeySize = 65;

    private const string Library = "libsecp256k1.so.1";
    private const int OpaqueKeySize = 64;
    private const int OpaqueSignatureSize = 65;
    private const uint SignAndVerify = 0x301;
    private const uint Uncompressed = 2;

    // Randomised once, never changed or freed after that: the library allows any number of threads to share it.
    private static readonly Lazy<nint> SharedContext = new(CreateContext);

    /// <summary>The order n of the group.</summary>
    public static UInt256 Order { get; } =
        new(0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFE, 0xBAAEDCE6AF48A03B, 0xBFD25E8CD0364141);

    /// <summary>n ÷ 2: the largest low s (EIP-2).</summary>
    public static UInt256 HalfOrder { get; } = Order >> 1;

    /// <summary>Null when the library is usable, else one sentence that says what to install.</summary>
    public static string? Probe() => Probe(Library);

    /// <summary>A recoverable, low-s signature.</summary>
    /// <exception cref="CodecException">The secret is not a private key.</exception>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static Signature Sign(Hash32 digest, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSize);
        Span<byte> opaque = stackalloc byte[OpaqueSignatureSize];
        if (SignRecoverable(SharedContext.Value, opaque, digest.Span, secret, 0, 0) != 1)
        {
            throw new CodecException("the private key is zero or not below the order of secp256k1");
        }

        Span<byte> compact = stackalloc byte[64];
        SerializeRecoverable(SharedContext.Value, compact, out int recoveryId, opaque);
        return recoveryId <= 1
            ? new Signature(new Hash32(compact[..32]), new Hash32(compact[32..]), (byte)recoveryId)
            : throw new UnreachableException("r overflowed the order of secp256k1, which has a chance of 2^-127");
    }

    /// <summary>The public key that made the signature; false when there is none.</summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static bool TryRecover(Hash32 digest, Signature signature, Span<byte> publicKey)
    {
        if (signature.YParity > 1)
        {
            return false;
        }

        Span<byte> compact = stackalloc byte[64];
        signature.R.Span.CopyTo(compact);
        signature.S.Span.CopyTo(compact[32..]);
        Span<byte> opaque = stackalloc byte[OpaqueSignatureSize];
        Span<byte> key = stackalloc byte[OpaqueKeySize];
        nint context = SharedContext.Value;
        if (ParseRecoverable(context, opaque, compact, signature.YParity) != 1 || Recover(context, key, opaque, digest.Span) != 1)
        {
            return false;
        }

        Serialize(context, key, publicKey);
        return true;
    }

    /// <summary>The uncompressed public key of a secret; false when the secret is zero or not below the order.</summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static bool TryPublicKey(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSize);
        Span<byte> key = stackalloc byte[OpaqueKeySize];
        if (CreateKey(SharedContext.Value, key, secret) != 1)
        {
            return false;
        }

        Serialize(SharedContext.Value, key, publicKey);
        return true;
    }

    /// <summary>Adds <paramref name="tweak"/> to a secret modulo the order (BIP-32); false, and the secret is void, when there is no such key.</summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static bool TryAddToSecret(Span<byte> secret, ReadOnlySpan<byte> tweak)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tweak.Length, SecretSize);
        return AddToSecret(SharedContext.Value, secret, tweak) == 1;
    }

    /// <summary>The address of an uncompressed public key: the last 20 bytes of keccak256(x ‖ y).</summary>
    /// <exception cref="CodecException">Not 65 bytes that start with 4.</exception>
    public static Address AddressOf(ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == PublicKeySize && publicKey[0] == 4
            ? Address.FromWord(Keccak256.Hash(publicKey[1..]).Span)
            : throw new CodecException($"an uncompressed public key has {PublicKeySize} bytes and starts with 0x04");

    internal static string? Probe(string library)
    {
        if (!NativeLibrary.TryLoad(library, typeof(Secp256k1).Assembly, null, out nint handle))
        {
            return $"The library {library} is missing: install the Debian package libsecp256k1-1.";
        }

        return NativeLibrary.TryGetExport(handle, "secp256k1_ecdsa_recover", out _)
            ? null
            : $"The library {library} was built without public key recovery: install the Debian package libsecp256k1-1.";
    }

    private static nint CreateContext()
    {
        if (Probe() is { } fault)
        {
            throw new NativeLibraryMissingException(fault);
        }

        nint context = ContextCreate(SignAndVerify);
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        int randomised = ContextRandomize(context, seed);
        CryptographicOperations.ZeroMemory(seed);
        return randomised == 1 ? context : throw new UnreachableException("libsecp256k1 refused to randomise its context");
    }

    private static void Serialize(nint context, ReadOnlySpan<byte> key, Span<byte> publicKey)
    {
        nuint length = PublicKeySize;
        SerializeKey(context, publicKey[..PublicKeySize], ref length, key, Uncompressed);
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint ContextCreate(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_randomize")]
    private static partial int ContextRandomize(nint context, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int CreateKey(nint context, Span<byte> key, ReadOnlySpan<byte> secret);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_seckey_tweak_add")]
    private static partial int AddToSecret(nint context, Span<byte> secret, ReadOnlySpan<byte> tweak);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int SerializeKey(nint context, Span<byte> output, ref nuint length, ReadOnlySpan<byte> key, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(
        nint context, Span<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> secret, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeRecoverable(nint context, Span<byte> compact, out int recoveryId, ReadOnlySpan<byte> signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static partial int ParseRecoverable(nint context, Span<byte> signature, ReadOnlySpan<byte> compact, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int Recover(nint context, Span<byte> key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest);
}
