namespace Bundler.Signing.Guard;

/// <summary>Why a transaction is not the job of the bundler's key. The names are what alerts and metrics show.</summary>
public enum SignerGuardReason
{
    /// <summary>Another chain id than ours, or none (no replay protection).</summary>
    ForeignChain,

    /// <summary>A transaction type without the fees of EIP-1559, or one that the node never makes.</summary>
    ForeignType,

    /// <summary>It would create a contract.</summary>
    CreatesContract,

    /// <summary>The target is no EntryPoint that is served, nor the signer itself, nor a configured payee.</summary>
    ForeignTarget,

    /// <summary>Another function than handleOps or handleAggregatedOps of that EntryPoint's version.</summary>
    ForeignSelector,

    /// <summary>The calldata ends before the beneficiary.</summary>
    MalformedCalldata,

    /// <summary>The fees of the bundle would go to somebody else than the configured beneficiaries.</summary>
    ForeignBeneficiary,

    /// <summary>A bundle or a cancellation that sends value.</summary>
    CarriesValue,

    /// <summary>A cancellation or transfer with calldata.</summary>
    CarriesData,

    /// <summary>A cancellation or transfer with an access list or with authorizations (EIP-7702).</summary>
    CarriesExtras,

    /// <summary>More gas than a bundle, a cancellation or a transfer may have.</summary>
    TooMuchGas,

    /// <summary>maxFeePerGas or maxPriorityFeePerGas above the cap.</summary>
    FeeTooHigh,

    /// <summary>The account's nonce was never told.</summary>
    NonceUnknown,

    /// <summary>Farther ahead of the account's nonce than the window.</summary>
    NonceFarAhead,

    /// <summary>Farther behind the account's nonce than the window.</summary>
    NonceFarBehind,

    /// <summary>An authorization (EIP-7702) of the signer itself: EntryPoint v0.9 wants an executor without code.</summary>
    DelegatesSigner,

    /// <summary>More authorizations (EIP-7702) than a bundle may carry.</summary>
    TooManyAuthorizations,

    /// <summary>A transfer above the payee's cap.</summary>
    TransferTooLarge,

    /// <summary>A transfer that would exceed what may be transferred to such payees within a day.</summary>
    TooMuchPerDay,

    /// <summary>More signatures within a minute than allowed.</summary>
    TooOften,
}
