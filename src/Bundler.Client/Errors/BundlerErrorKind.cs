namespace Bundler.Client.Errors;

/// <summary>What a bundler's error code says (ERC-7769 and JSON-RPC).</summary>
public enum BundlerErrorKind
{
    /// <summary>A code that this client does not know.</summary>
    Other = 0,

    /// <summary>-32700, not JSON.</summary>
    NotJson = -32700,

    /// <summary>-32600, no request.</summary>
    InvalidRequest = -32600,

    /// <summary>-32601, no such method.</summary>
    MethodNotFound = -32601,

    /// <summary>-32602, malformed fields, or a replacement that pays too little.</summary>
    InvalidFields = -32602,

    /// <summary>-32603, a fault of the bundler.</summary>
    InternalError = -32603,

    /// <summary>-32000, the chain or the store does not answer now.</summary>
    Unavailable = -32000,

    /// <summary>-32002, too late.</summary>
    TimedOut = -32002,

    /// <summary>-32004, as others say that there is no such method (EIP-1474).</summary>
    MethodNotSupported = -32004,

    /// <summary>-32005, too much for now.</summary>
    LimitExceeded = -32005,

    /// <summary>-32500, the EntryPoint refused in the account's or factory's validation.</summary>
    RejectedByEntryPoint = -32500,

    /// <summary>-32501, the paymaster's validation refused.</summary>
    RejectedByPaymaster = -32501,

    /// <summary>-32502, a rule of ERC-7562 is broken.</summary>
    RuleViolated = -32502,

    /// <summary>-32503, outside the validity window.</summary>
    OutOfTimeRange = -32503,

    /// <summary>-32504, an entity is throttled or banned.</summary>
    ThrottledOrBanned = -32504,

    /// <summary>-32505, an entity's stake is too low.</summary>
    StakeTooLow = -32505,

    /// <summary>-32506, an aggregator that is not served.</summary>
    UnsupportedAggregator = -32506,

    /// <summary>-32507, the account or the paymaster refused the signature.</summary>
    SignatureInvalid = -32507,

    /// <summary>-32508, the paymaster's deposit is too low.</summary>
    PaymasterDepositTooLow = -32508,

    /// <summary>-32521, the call reverts.</summary>
    ExecutionReverted = -32521,
}
