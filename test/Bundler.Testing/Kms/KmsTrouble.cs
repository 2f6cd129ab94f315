namespace Bundler.Testing.Kms;

/// <summary>What may go wrong at a key service, said by each fake in the words of the real one.</summary>
public enum KmsTrouble
{
    None,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>No answer until the caller leaves.</summary>
    Hangs,

    /// <summary>An internal error of the service.</summary>
    Faulted,

    /// <summary>The connection breaks without an answer.</summary>
    Drops,

    /// <summary>A success whose body is a web page.</summary>
    TalksHtml,

    /// <summary>A success whose signature was damaged on the way.</summary>
    Corrupts,

    /// <summary>The caller may not use the key.</summary>
    DeniesAccess,

    /// <summary>An operator disabled the key.</summary>
    KeyDisabled,

    /// <summary>There is no such key.</summary>
    KeyNotFound,
}
