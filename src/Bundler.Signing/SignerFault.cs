namespace Bundler.Signing;

/// <summary>Why a key did not sign. The first group passes by itself, the second needs an operator.</summary>
public enum SignerFault
{
    /// <summary>The service asked to call less often.</summary>
    Throttled,

    /// <summary>No answer within the deadline of one attempt.</summary>
    TimedOut,

    /// <summary>No connection, or the token was pulled.</summary>
    Unreachable,

    /// <summary>The service reported a fault of its own.</summary>
    ServiceFaulted,

    /// <summary>An answer that fails its checksum, or that is no signature of this digest.</summary>
    AnswerCorrupted,

    /// <summary>No credentials, or they may not use the key.</summary>
    AccessDenied,

    /// <summary>The key is disabled, pending deletion, or destroyed.</summary>
    KeyDisabled,

    /// <summary>There is no such key.</summary>
    KeyNotFound,

    /// <summary>The key is of another curve, or belongs to another address than the configured one.</summary>
    WrongKey,

    /// <summary>The service refused the request for another reason.</summary>
    RequestRefused,
}
