namespace Bundler.Storage;

/// <summary>Whether a group of writes is committed or refused for lateness: the one that is decided first.</summary>
internal sealed class GroupFate
{
    private const int Open = 0;
    private const int Committing = 1;
    private const int Refused = 2;

    private int _state;

    /// <summary>Its callers have been told that nothing is stored.</summary>
    public bool IsRefused => Volatile.Read(ref _state) == Refused;

    /// <summary>From here on only the database knows; false: it must not be committed any more.</summary>
    public bool TryCommit() => Interlocked.CompareExchange(ref _state, Committing, Open) != Refused;

    /// <summary>False when it is being committed.</summary>
    public bool TryRefuse() => Interlocked.CompareExchange(ref _state, Refused, Open) == Open;
}
