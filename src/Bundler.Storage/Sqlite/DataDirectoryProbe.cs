using Bundler.Engine;

namespace Bundler.Storage.Sqlite;

/// <summary>Tries the data directory before the start: claims it and lets it go again.</summary>
public static class DataDirectoryProbe
{
    /// <summary>Null when the directory can be used, else one sentence.</summary>
    public static string? Find(StorageOptions options)
    {
        try
        {
            using SqliteClaim claim = SqliteClaim.Take(Path.Combine(Path.GetFullPath(options.DataDirectory), options.FileName));
            return null;
        }
        catch (Exception fault) when (fault is DataDirectoryInUseException or StoreUnavailableException)
        {
            return fault.Message;
        }
    }
}
