namespace Bundler.Ethereum.Client;

/// <summary>Why a node refuses a transaction, as far as it changes what to do next.</summary>
public enum SendErrorKind
{
    Unknown,

    /// <summary>A transaction with this nonce is mined.</summary>
    NonceTooLow,

    /// <summary>The node does not keep transactions so far ahead.</summary>
    NonceTooHigh,

    /// <summary>The fees are below what the pool takes now.</summary>
    Underpriced,

    /// <summary>Another transaction with this nonce is pending, and this one does not pay enough more.</summary>
    ReplacementUnderpriced,

    /// <summary>The pool has this very transaction.</summary>
    AlreadyKnown,

    /// <summary>The pool has no room at the moment; that is no price.</summary>
    PoolFull,

    InsufficientFunds,

    /// <summary>More gas than a block or a transaction (EIP-7825) may have.</summary>
    GasLimitExceeded,

    /// <summary>Less gas than the transaction costs before it does anything.</summary>
    GasLimitTooLow,

    /// <summary>maxFeePerGas is below the base fee.</summary>
    FeeCapTooLow,

    /// <summary>maxPriorityFeePerGas is below the node's minimum.</summary>
    TipTooLow,

    /// <summary>More bytes than the pool takes.</summary>
    Oversized,

    /// <summary>The chain has no transactions of this type (EIP-7702 before its fork).</summary>
    TypeNotSupported,

    /// <summary>An account that the transaction delegates (EIP-7702) has transactions of its own in the pool.</summary>
    AuthorityReserved,

    /// <summary>A condition of eth_sendRawTransactionConditional does not hold.</summary>
    ConditionalRejected,

    /// <summary>The node ran the transaction and it reverted.</summary>
    Reverted,
}
