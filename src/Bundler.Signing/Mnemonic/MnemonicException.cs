namespace Bundler.Signing.Mnemonic;

/// <summary>Why words are no mnemonic, as a sentence for the operator; never repeats a word.</summary>
public sealed class MnemonicException(string message) : Exception(message);
