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

    /// <summary>A transaction with this operation alone.</summary>
    public static UInt256 Needed(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed) =>
        Intrinsic + Fixed + Share(entryPoint, operation, CalldataCost.Tokens(packed));

    /// <summary>What one operation adds: its call data at the dearer of both prices, its limits, and the 63/64 that the inner call needs on top.</summary>
    public static UInt256 Share(EntryPoint entryPoint, UserOperation op, ulong calldataTokens)
    {
        // v0.6 asks for verificationGasLimit once more before it executes, for a postOp that may come (AA95).
        UInt256 postOp = entryPoint.Version == EntryPointVersion.V06 ? op.VerificationGasLimit : op.PaymasterPostOpGasLimit;
        return Validation(entryPoint, op, calldataTokens) + (op.CallGasLimit + postOp + 10_000) * 64 / 63 + 1;
    }

    /// <summary>
    /// The most that one operation adds to what a bundle uses when it reverts. All are validated before the first is executed, and from v0.7 on no
    /// execution reverts the bundle; in v0.6 what a paymaster does afterwards can (AA50, AA51).
    /// </summary>
    public static UInt256 AtRisk(EntryPoint entryPoint, UserOperation op, ulong calldataTokens) =>
        entryPoint.Version == EntryPointVersion.V06 ? Share(entryPoint, op, calldataTokens) : Validation(entryPoint, op, calldataTokens);

    private static UInt256 Validation(EntryPoint entryPoint, UserOperation op, ulong calldataTokens)
    {
        UInt256 verification = entryPoint.Version == EntryPointVersion.V06
            ? op.VerificationGasLimit * (op.Paymaster is null ? 1 : 2)
            : op.VerificationGasLimit + op.PaymasterVerificationGasLimit;
        ulong authorization = op.Eip7702Auth is null ? 0 : PerAuthorization;
        return CalldataCost.FloorGasPerToken * calldataTokens + PerOperation + authorization + verification;
    }
}
