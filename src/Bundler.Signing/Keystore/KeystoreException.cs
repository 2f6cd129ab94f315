namespace Bundler.Signing.Keystore;

/// <summary>Why a keystore does not open, as the end of a sentence about its file; never repeats the content or the password.</summary>
public sealed class KeystoreException(string message, Exception? inner = null) : Exception(message, inner);
