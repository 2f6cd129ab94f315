namespace Bundler.Ethereum.Crypto;

/// <summary>A native library that the node needs is not on this machine; the message names the package that has it.</summary>
public sealed class NativeLibraryMissingException(string message) : Exception(message);
