namespace Bundler.Storage;

/// <summary>A newer build has written the database; this one would not understand it.</summary>
public sealed class StoreTooNewException(string location, int found, int known)
    : Exception($"The store {location} has schema version {found}, and this build knows up to {known}: start the newer build, or give this one another store.");
