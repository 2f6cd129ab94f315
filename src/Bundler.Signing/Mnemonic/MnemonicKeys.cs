using Bundler.Ethereum.Crypto;
using Bundler.Signing.LocalKey;

namespace Bundler.Signing.Mnemonic;

/// <summary>The Ethereum keys of a mnemonic: m/44'/60'/0'/0/i (BIP-44).</summary>
public static class MnemonicKeys
{
    private static readonly uint[] Branch = [ExtendedKey.Hardened + 44, ExtendedKey.Hardened + 60, ExtendedKey.Hardened, 0];

    /// <summary>Keys from <paramref name="first"/> on, <paramref name="count"/> of them; the caller disposes them.</summary>
    /// <exception cref="MnemonicException">The phrase is no mnemonic.</exception>
    public static IReadOnlyList<PrivateKey> Derive(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> passphrase, uint first, int count)
    {
        using SecretBytes seed = MnemonicPhrase.ToSeed(phrase, passphrase);
        ExtendedKey node = ExtendedKey.FromSeed(seed.Span);
        foreach (uint index in Branch)
        {
            using ExtendedKey parent = node;
            node = parent.Child(index);
        }

        using ExtendedKey branch = node;
        List<PrivateKey> keys = new(count);
        for (uint i = first; i < first + count; i++)
        {
            using ExtendedKey leaf = branch.Child(i);
            keys.Add(leaf.ToPrivateKey());
        }

        return keys;
    }

    /// <summary>As <see cref="Derive"/>, from a file with the phrase and, if there is one, a file with the passphrase.</summary>
    /// <exception cref="KeyFileException">A file is missing or open to others, or the phrase is no mnemonic.</exception>
    public static IReadOnlyList<PrivateKey> Read(string path, string? passphrasePath, uint first, int count)
    {
        using SecretBytes phrase = SecretFile.ReadLine(path, "mnemonic file");
        using SecretBytes passphrase = passphrasePath is { Length: > 0 } ? SecretFile.ReadLine(passphrasePath, "passphrase file") : new SecretBytes([]);
        try
        {
            return Derive(phrase.Span, passphrase.Span, first, count);
        }
        catch (MnemonicException fault)
        {
            throw new KeyFileException($"the mnemonic file {path} cannot be used: {fault.Message}");
        }
    }
}
