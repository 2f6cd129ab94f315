using System.Security.Cryptography;
using System.Text;

namespace Bundler.Signing.Mnemonic;

/// <summary>A BIP-39 phrase of 12 to 24 English words, and the seed that it stands for.</summary>
public static class MnemonicPhrase
{
    private const int BitsPerWord = 11;
    private const int Iterations = 2_048;
    private const int SeedSize = 64;

    /// <summary>The seed of 64 bytes, once the checksum of the words is right.</summary>
    /// <param name="phrase">ASCII: words with white space between them.</param>
    /// <param name="passphrase">ASCII, may be empty: the "25th word".</param>
    /// <exception cref="MnemonicException">Another number of words, a word that is not in the list, or a wrong checksum.</exception>
    public static SecretBytes ToSeed(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> passphrase)
    {
        if (phrase.ContainsAnyExceptInRange((byte)0, (byte)0x7f) || passphrase.ContainsAnyExceptInRange((byte)0, (byte)0x7f))
        {
            // Others would have to be normalised (NFKD), which a build without cultures cannot do: a silent other seed is worse.
            throw new MnemonicException("phrase and passphrase must be ASCII");
        }

        string[] words = Encoding.ASCII.GetString(phrase).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Verify(words);
        byte[] normalised = Encoding.ASCII.GetBytes(string.Join(' ', words));
        byte[] salt = [.. "mnemonic"u8, .. passphrase];
        byte[] seed = Rfc2898DeriveBytes.Pbkdf2(normalised, salt, Iterations, HashAlgorithmName.SHA512, SeedSize);
        try
        {
            return new SecretBytes(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(normalised);
            CryptographicOperations.ZeroMemory(salt);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    // 12 to 24 words of 11 bits: entropy, then one bit of its SHA-256 for each 32 bits of entropy.
    private static void Verify(string[] words)
    {
        if (words.Length is not (12 or 15 or 18 or 21 or 24))
        {
            throw new MnemonicException($"a mnemonic has 12, 15, 18, 21 or 24 words, got {words.Length}");
        }

        int checksumBits = words.Length / 3;
        byte[] bits = new byte[(words.Length * BitsPerWord + 7) / 8];
        for (int i = 0; i < words.Length; i++)
        {
            if (!EnglishWords.Places.TryGetValue(words[i], out int place))
            {
                throw new MnemonicException($"word {i + 1} of the mnemonic is not in the English list");
            }

            for (int bit = 0; bit < BitsPerWord; bit++)
            {
                int at = i * BitsPerWord + bit;
                bits[at / 8] |= (byte)(((place >> (BitsPerWord - 1 - bit)) & 1) << (7 - at % 8));
            }
        }

        int entropyBytes = (words.Length * BitsPerWord - checksumBits) / 8;
        byte[] digest = SHA256.HashData(bits.AsSpan(0, entropyBytes));
        bool matches = bits[entropyBytes] >> (8 - checksumBits) == digest[0] >> (8 - checksumBits);
        CryptographicOperations.ZeroMemory(bits);
        if (!matches)
        {
            throw new MnemonicException("the checksum of the mnemonic is wrong: a word was mistyped or exchanged");
        }
    }
}
