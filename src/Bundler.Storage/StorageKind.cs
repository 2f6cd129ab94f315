namespace Bundler.Storage;

/// <summary>The databases that the store speaks to.</summary>
public enum StorageKind
{
    /// <summary>A file of this node alone.</summary>
    Sqlite,

    /// <summary>A server that outlives the node.</summary>
    Postgres,
}
