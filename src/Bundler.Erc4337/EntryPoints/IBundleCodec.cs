using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>One version's handleOps: call data both ways, failures, and the selectors that mark the validation frames. Pure.</summary>
public interface IBundleCodec
{
    /// <summary>Call data of handleOps(ops, beneficiary).</summary>
    Bytes EncodeHandleOps(IReadOnlyList<UserOperation> operations, Address beneficiary);

    /// <summary>Call data of handleAggregatedOps(opsPerAggregator, beneficiary).</summary>
    Bytes EncodeHandleAggregatedOps(IReadOnlyList<AggregatedOperations> groups, Address beneficiary);

    /// <summary>The operations in the call data of handleOps or handleAggregatedOps; <c>null</c> if it is neither, or malformed.</summary>
    IReadOnlyList<UserOperation>? DecodeOperations(Bytes callData);

    /// <summary>Who gets the fees of handleOps or handleAggregatedOps; <c>null</c> if it is neither, or malformed.</summary>
    Address? DecodeBeneficiary(Bytes callData);

    /// <summary>What a reverted handleOps says: FailedOp, FailedOpWithRevert, SignatureValidationFailed, a custom error of v0.9, or raw.</summary>
    BundleFailure DecodeFailure(Bytes revertData);

    /// <summary>The four-byte selectors whose frames carry validation.</summary>
    ValidationSelectors Selectors { get; }
}

/// <summary>The operations of one aggregator (the zero address: none) with their aggregated signature.</summary>
public sealed record AggregatedOperations(Address Aggregator, IReadOnlyList<UserOperation> Operations, Bytes Signature);

/// <summary>The selectors by which validation frames are found in a trace.</summary>
/// <param name="ValidateUserOp">EntryPoint → account.</param>
/// <param name="ValidatePaymasterUserOp">EntryPoint → paymaster.</param>
/// <param name="CreateSender">EntryPoint → SenderCreator.</param>
/// <param name="InitEip7702Sender">EntryPoint → SenderCreator for delegated senders (v0.8+); 0 where there is none.</param>
/// <param name="InnerHandleOp">EntryPoint → itself: the start of execution.</param>
/// <param name="PostOp">EntryPoint → paymaster, within execution.</param>
/// <param name="ValidateSignatures">EntryPoint → aggregator.</param>
public sealed record ValidationSelectors(
    uint ValidateUserOp,
    uint ValidatePaymasterUserOp,
    uint CreateSender,
    uint InitEip7702Sender,
    uint InnerHandleOp,
    uint PostOp,
    uint ValidateSignatures);

/// <summary>A reverted handleOps, decoded.</summary>
/// <param name="OpIndex">The operation the EntryPoint named, or <c>null</c> when it named none (v0.9 custom errors, out of gas).</param>
/// <param name="Reason">The AA text, or the error's name and arguments.</param>
/// <param name="InnerRevert">What the account or paymaster reverted with (FailedOpWithRevert).</param>
/// <param name="Aggregator">The aggregator of SignatureValidationFailed.</param>
/// <param name="Raw">The revert data.</param>
public sealed record BundleFailure(int? OpIndex, string Reason, Bytes InnerRevert, Address? Aggregator, Bytes Raw);
