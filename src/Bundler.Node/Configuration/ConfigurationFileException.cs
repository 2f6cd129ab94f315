namespace Bundler.Node.Configuration;

/// <summary>A configuration file cannot be read or is malformed; the message names it.</summary>
internal sealed class ConfigurationFileException(string message, Exception inner) : Exception(message, inner);
