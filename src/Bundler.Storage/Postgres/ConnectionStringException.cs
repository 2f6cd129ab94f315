namespace Bundler.Storage.Postgres;

/// <summary>The configuration leads to no usable connection string; the message never has anything of it.</summary>
public sealed class ConnectionStringException(string message) : Exception(message);
