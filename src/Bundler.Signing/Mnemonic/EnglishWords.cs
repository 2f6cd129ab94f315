using System.Collections.Frozen;

namespace Bundler.Signing.Mnemonic;

/// <summary>BIP-39's list of 2048 English words, in order.</summary>
internal static class EnglishWords
{
    public const int Count = 2_048;

    /// <summary>Word → its place.</summary>
    public static FrozenDictionary<string, int> Places { get; } = Read();

    private static FrozenDictionary<string, int> Read()
    {
        using Stream resource = typeof(EnglishWords).Assembly.GetManifestResourceStream("bip39-english.txt")
            ?? throw new InvalidOperationException("the word list is not in the assembly");
        using StreamReader reader = new(resource);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Index().ToFrozenDictionary(word => word.Item, word => word.Index);
    }
}
