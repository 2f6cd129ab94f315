namespace Bundler.Storage;

/// <summary>What a row of pool_changes says; the numbers are stored.</summary>
internal enum ChangeKind
{
    Added = 1,
    Told = 2,
    Taken = 3,
    Released = 4,
    Cleared = 5,
    Counted = 6,
    CountersCleared = 7,
}
