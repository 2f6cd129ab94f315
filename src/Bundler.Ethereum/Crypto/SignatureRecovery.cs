using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Crypto;

/// <summary>Who signed a digest.</summary>
public static class SignatureRecovery
{
    /// <summary>The signer, or null when r, s or the parity are out of range or no point belongs to r; a high s is accepted, as by ecrecover.</summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static Address? Recover(Hash32 digest, Signature signature)
    {
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        return Secp256k1.TryRecover(digest, signature, publicKey) ? Secp256k1.AddressOf(publicKey) : null;
    }
}
