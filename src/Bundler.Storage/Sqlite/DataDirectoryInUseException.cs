namespace Bundler.Storage.Sqlite;

/// <summary>Another process works in the same data directory; two would send operations twice.</summary>
public sealed class DataDirectoryInUseException(string directory, Exception? cause = null)
    : Exception($"The data directory {directory} is in use by another process: stop it, or give this one a directory of its own.", cause);
