using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>How much gas a transaction must have so that no operation in it can run out (AA95, AA40). Pure.</summary>
public static class BundleGas
{
    /// <summary>Intrinsic gas of a transaction.</summary>
    public const ulong Intrinsic = 21_000;

    /// <summary>handleOps before and after its operations: guards, the beneficiary's payment to a new account.</summary>
    public const ulong Fixed = 45_000;

    /// <summary>The EntryPoint's own work for one operation, beside what the limits cover.</summary>
    public const ulong PerOperation = 25_000;

    /// <summary>EIP-7702: PER_EMPTY_ACCOUNT_COST for one tuple.</summary>
    public const ulong PerAuthorization = 25_000;

    /// <summary>An aggregator's check of the signature that it joined, and that signature's call data.</summary>
    public const ulong PerAggregator = 500_000;

    /// <summary>What the EntryPoint keeps for itself of the gas that the inner call has (INNER_GAS_OVERHEAD; v0.6 asks for half of it).</summary>
    private const ulong InnerOverhead = 10_000;

    /// <summary>EIP-150: a call gets at most 63 of 64 parts of the gas that is there.</summary>
    private const ulong Parts = 64;

    /// <summary>A transaction with this operation alone.</summary>
    public static UInt256 Needed(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed) =>
        Needed(entryPoint, operation, CalldataCost.Tokens(packed), hasAggregator: false);

    /// <inheritdoc cref="Needed(EntryPoint, UserOperation, ReadOnlySpan{byte})"/>
    public static UInt256 Needed(EntryPoint entryPoint, UserOperation operation, ulong calldataTokens, bool hasAggregator) =>
        Intrinsic + Fixed + (hasAggregator ? PerAggregator : 0) + Share(entryPoint, operation, calldataTokens);

    /// <summary>
    /// What one operation adds: its call data at the dearer of both prices, what its validation may use, and what must be there when its execution
    /// begins. All operations together have enough for each: whoever ran before has used no more than its own share.
    /// </summary>
    public static UInt256 Share(EntryPoint entryPoint, UserOperation op, ulong calldataTokens) =>
        Validation(entryPoint, op, calldataTokens) + UInt256.Max(Execution(entryPoint, op), HeldBack(Verification(entryPoint, op)));

    /// <summary>
    /// The most that one operation adds to what a bundle uses when it reverts. All are validated before the first is executed, and from v0.7 on no
    /// execution reverts the bundle; in v0.6 what a paymaster does afterwards can (AA50, AA51).
    /// </summary>
    public static UInt256 AtRisk(EntryPoint entryPoint, UserOperation op, ulong calldataTokens) =>
        entryPoint.Version == EntryPointVersion.V06 ? Share(entryPoint, op, calldataTokens) : Validation(entryPoint, op, calldataTokens);

    private static UInt256 Validation(EntryPoint entryPoint, UserOperation op, ulong calldataTokens) =>
        CalldataCost.FloorGasPerToken * calldataTokens
        + PerOperation
        + (op.Eip7702Auth is null ? 0 : PerAuthorization)
        + Verification(entryPoint, op);

    private static UInt256 Verification(EntryPoint entryPoint, UserOperation op) => entryPoint.Version == EntryPointVersion.V06
        ? op.VerificationGasLimit * (op.Paymaster is null ? 1 : 2)
        : op.VerificationGasLimit + op.PaymasterVerificationGasLimit;

    /// <summary>
    /// What must be left when the EntryPoint calls innerHandleOp, or it answers AA95. From v0.7 on that call looks whether 63 of 64 parts of its own
    /// gas carry the limits, and has got 63 of 64 parts itself. v0.6 looks at the sum, with verificationGasLimit once more for a postOp that may come;
    /// there the account's call could still get less than its limit.
    /// </summary>
    private static UInt256 Execution(EntryPoint entryPoint, UserOperation op) => entryPoint.Version == EntryPointVersion.V06
        ? Carrying(UInt256.Max(op.CallGasLimit + op.VerificationGasLimit, Carrying(op.CallGasLimit)) + InnerOverhead)
        : Carrying(Carrying(op.CallGasLimit + op.PaymasterPostOpGasLimit + InnerOverhead));

    /// <summary>Gas that must be there for a call to get so much.</summary>
    private static UInt256 Carrying(UInt256 gas) => gas + HeldBack(gas);

    private static UInt256 HeldBack(UInt256 gas) => gas / (Parts - 1) + 1;
}
