namespace Bundler.Signing.LocalKey;

/// <summary>Why a key file is not used, as a sentence for the operator.</summary>
public sealed class KeyFileException(string message) : Exception(message);
