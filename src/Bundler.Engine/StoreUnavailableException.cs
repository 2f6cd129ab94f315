namespace Bundler.Engine;

/// <summary>
/// The store cannot work at the moment: disk full, I/O error, read-only. Nothing of the failed call is stored; repeating it later is safe.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The store takes others: it refused what this call wanted to write.</summary>
    public bool IsOfThisCallAlone { get; init; }
}
