using System.Security.Cryptography;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Crypto;

/// <summary>32 secret bytes that stay in one place in memory, are cleared when disposed, and are never printed.</summary>
public sealed class PrivateKey : IDisposable
{
    private readonly Lock _gate = new();
    private readonly byte[] _secret = GC.AllocateArray<byte>(Secp256k1.SecretSize, pinned: true);
    private bool _disposed;

    /// <summary>A copy of the secret; the caller still owns, and clears, its own.</summary>
    /// <exception cref="CodecException">Not 32 bytes, zero, or not below the order of secp256k1.</exception>
    public PrivateKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Secp256k1.SecretSize)
        {
            throw new CodecException($"a private key has {Secp256k1.SecretSize} bytes, got {secret.Length}");
        }

        byte[] publicKey = new byte[Secp256k1.PublicKeySize];
        if (!Secp256k1.TryPublicKey(secret, publicKey))
        {
            throw new CodecException("the private key is zero or not below the order of secp256k1");
        }

        secret.CopyTo(_secret);
        PublicKey = Bytes.Own(publicKey);
        Address = Secp256k1.AddressOf(publicKey);
    }

    public Address Address { get; }

    /// <summary>Uncompressed, 65 bytes: <c>0x04 ‖ x ‖ y</c>.</summary>
    public Bytes PublicKey { get; }

    /// <summary>64 hex digits, with or without 0x.</summary>
    /// <exception cref="CodecException">Anything else, zero, or not below the order; the message does not repeat the text.</exception>
    public static PrivateKey Parse(ReadOnlySpan<char> hex)
    {
        Span<char> text = stackalloc char[2 + 2 * Secp256k1.SecretSize];
        Span<byte> secret = stackalloc byte[Secp256k1.SecretSize];
        ReadOnlySpan<char> digits = hex.StartsWith("0x", StringComparison.Ordinal) ? hex[2..] : hex;
        if (digits.Length != 2 * Secp256k1.SecretSize)
        {
            throw new CodecException($"a private key has {2 * Secp256k1.SecretSize} hex digits, got {digits.Length} characters");
        }

        try
        {
            "0x".CopyTo(text);
            digits.CopyTo(text[2..]);
            Hex.DecodeExactly(text, secret);
            return new PrivateKey(secret);
        }
        finally
        {
            text.Clear();
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A new key from the system's random source.</summary>
    public static PrivateKey Generate()
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

            return new PrivateKey(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A low-s signature with the nonce of RFC 6979: the same digest gives the same signature.</summary>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public Signature Sign(Hash32 digest)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Secp256k1.Sign(digest, _secret);
        }
    }

    /// <summary>Clears the secret.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_secret);
        }
    }

    /// <summary>The address, never the secret.</summary>
    public override string ToString() => $"private key of {Address}";
}
