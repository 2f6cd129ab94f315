using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>
/// What an operation must pay for what the EntryPoint cannot measure: its call data, its share of the transaction and of the EntryPoint's
/// loop. Pure; the parts are kept apart so that they can be shown (bundler_explainPreVerificationGas).
/// </summary>
public static class PreVerificationGas
{
    private const uint ExecuteUserOpSelector = 0x8dd7712f;

    /// <summary>The break-down for an operation.</summary>
    /// <param name="operation">The operation; limits count for the floor of EIP-7623.</param>
    /// <param name="packed">Its packed ABI bytes, signature included.</param>
    /// <param name="verificationGasUsed">Gas that validation really used, or 0 when unknown: the floor is then at its highest.</param>
    /// <param name="options">The overheads.</param>
    /// <param name="eip7623">The chain has the call-data floor.</param>
    public static PreVerificationGasBreakdown Of(
        UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed, PreVerificationGasOptions options, bool eip7623)
    {
        ulong tokens = CalldataCost.Tokens(packed);
        double words = (packed.Length + 31) / 32.0;
        double bundle = options.BundleSize;
        double perOperation = options.PerOperation;
        double authorization = operation.Eip7702Auth is null ? 0 : options.PerAuthorization;
        double execution = IsExecuteUserOp(operation.CallData)
            ? options.ExecuteUserOp + options.ExecuteUserOpPerWord * words
            : options.PerCallDataWord * ((operation.CallData.Length + 31) / 32);
        double transaction = options.TransactionStipend / bundle;
        double entryPoint = options.FixedOverhead / bundle;
        double callData = CalldataCost.GasPerToken * tokens;
        double standard = callData + entryPoint + perOperation + authorization + execution;

        // The floor binds the whole transaction: what it exceeds the standard price by, after the gas that runs anyway.
        double used = (double)(operation.CallGasLimit + operation.PaymasterPostOpGasLimit) / 10 + verificationGasUsed;
        double floor = eip7623 ? Math.Max(0, CalldataCost.FloorGasPerToken * tokens - used - standard) : 0;
        ulong total = (ulong)Math.Ceiling(transaction + standard + floor);
        return new PreVerificationGasBreakdown(
            total, Round(transaction), Round(callData), Round(entryPoint), Round(perOperation), Round(authorization), Round(execution), Round(floor),
            tokens, packed.Length, options.BundleSize);
    }

    /// <summary>LIM-070 to the letter: call data and 50,000.</summary>
    public static ulong Canonical(ReadOnlySpan<byte> packed) => CalldataCost.Standard(packed) + Erc7562Constants.PreVerificationOverheadGas;

    private static bool IsExecuteUserOp(Bytes callData) =>
        callData.Length >= 4 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(callData.Span) == ExecuteUserOpSelector;

    private static ulong Round(double gas) => (ulong)Math.Round(gas);
}

/// <summary>The parts of a preVerificationGas, in gas; they add up to <paramref name="Total"/> but for rounding.</summary>
/// <param name="Total">What is required.</param>
/// <param name="Transaction">The share of the transaction's 21,000.</param>
/// <param name="CallData">4 gas a token.</param>
/// <param name="EntryPoint">The share of handleOps' fixed work.</param>
/// <param name="PerOperation">The EntryPoint's work for each operation.</param>
/// <param name="Authorization">The EIP-7702 tuple.</param>
/// <param name="Execution">Copying the call data, by its words.</param>
/// <param name="Floor">What EIP-7623 asks beyond.</param>
/// <param name="Tokens">Call-data tokens.</param>
/// <param name="Bytes">Packed bytes.</param>
/// <param name="BundleSize">The number of operations that share a transaction.</param>
public sealed record PreVerificationGasBreakdown(
    ulong Total,
    ulong Transaction,
    ulong CallData,
    ulong EntryPoint,
    ulong PerOperation,
    ulong Authorization,
    ulong Execution,
    ulong Floor,
    ulong Tokens,
    int Bytes,
    int BundleSize);
