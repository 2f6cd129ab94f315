namespace Bundler.Engine.Chain;

/// <summary>A chain file that is missing or not what it should be; the message names file and fault.</summary>
public sealed class ChainFileException(string message, Exception? inner = null) : Exception(message, inner);
