using System.Buffers.Binary;
using System.Security.Cryptography;
using Bundler.Ethereum.Crypto;

namespace Bundler.Signing.Mnemonic;

/// <summary>A BIP-32 extended private key: a secret and a chain code, from which the keys of a tree are derived.</summary>
public sealed class ExtendedKey : IDisposable
{
    /// <summary>The bit of an index that makes it a hardened one.</summary>
    public const uint Hardened = 0x8000_0000;

    private const int HalfSize = 32;

    private readonly byte[] _bytes;

    private ExtendedKey(byte[] bytes) => _bytes = bytes;

    /// <summary>The root of the tree of a seed.</summary>
    /// <exception cref="MnemonicException">The seed has no key, which has a chance of 2^-127.</exception>
    public static ExtendedKey FromSeed(ReadOnlySpan<byte> seed)
    {
        byte[] bytes = GC.AllocateArray<byte>(2 * HalfSize, pinned: true);
        HMACSHA512.HashData("Bitcoin seed"u8, seed, bytes);
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        return Secp256k1.TryPublicKey(bytes.AsSpan(0, HalfSize), publicKey)
            ? new ExtendedKey(bytes)
            : throw new MnemonicException("the seed has no key");
    }

    /// <summary>The key as one that signs; the caller disposes it.</summary>
    public PrivateKey ToPrivateKey() => new(_bytes.AsSpan(0, HalfSize));

    /// <summary>CKDpriv: the child at an index.</summary>
    /// <exception cref="MnemonicException">There is no child at this index, which has a chance of 2^-127.</exception>
    public ExtendedKey Child(uint index)
    {
        ReadOnlySpan<byte> secret = _bytes.AsSpan(0, HalfSize);
        Span<byte> input = stackalloc byte[1 + HalfSize + sizeof(uint)];
        if ((index & Hardened) != 0)
        {
            input[0] = 0;
            secret.CopyTo(input[1..]);
        }
        else
        {
            Compress(secret, input[..(1 + HalfSize)]);
        }

        BinaryPrimitives.WriteUInt32BigEndian(input[(1 + HalfSize)..], index);
        byte[] child = GC.AllocateArray<byte>(2 * HalfSize, pinned: true);
        HMACSHA512.HashData(_bytes.AsSpan(HalfSize), input, child);
        CryptographicOperations.ZeroMemory(input);
        return Secp256k1.TryAddToSecret(child.AsSpan(0, HalfSize), secret)
            ? new ExtendedKey(child)
            : throw new MnemonicException($"there is no key at index {index}");
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private static void Compress(ReadOnlySpan<byte> secret, Span<byte> compressed)
    {
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        Secp256k1.TryPublicKey(secret, publicKey);
        compressed[0] = (byte)(2 + (publicKey[^1] & 1));
        publicKey[1..(1 + HalfSize)].CopyTo(compressed[1..]);
    }
}
