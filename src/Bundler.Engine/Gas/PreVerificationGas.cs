using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>
/// What an operation must pay for what the EntryPoint cannot measure: its call data, its share of the transaction and of the EntryPoint's
/// loop. Pure; the parts are kept apart so that they can be shown (bundler_explainPreVerificationGas).
/// </summary>
public static class PreVerificationGas
{
    /// <summary>EIP-2929: an account that the transaction has not named is dearer than its sender.</summary>
    public const ulong ColdBeneficiary = 2_500;

    private const uint ExecuteUserOpSelector = 0x8dd7712f;

    /// <summary>Memory costs a gas for so many words squared (Yellow Paper, appendix H).</summary>
    private const double WordsSquaredPerGas = 512;

    /// <summary>The operation is encoded for the account, once more for innerHandleOp, and again by it.</summary>
    private const double CopiesOfExecuteUserOp = 4;

    /// <summary>The break-down for an operation.</summary>
    /// <param name="version">Whose EntryPoint's work it is.</param>
    /// <param name="operation">The operation; what it surely pays of its limits counts for the floor of EIP-7623.</param>
    /// <param name="packed">Its packed ABI bytes, signature included.</param>
    /// <param name="verificationGasUsed">Gas that validation really used, or 0 when unknown: the floor is then at its highest.</param>
    /// <param name="options">The overheads.</param>
    /// <param name="eip7623">The chain has the call-data floor.</param>
    public static PreVerificationGasBreakdown Of(
        EntryPointVersion version,
        UserOperation operation,
        ReadOnlySpan<byte> packed,
        ulong verificationGasUsed,
        PreVerificationGasOptions options,
        bool eip7623) =>
        Of(version, operation, CalldataCost.Tokens(packed), packed.Length, verificationGasUsed, options, eip7623);

    /// <inheritdoc cref="Of(EntryPointVersion, UserOperation, ReadOnlySpan{byte}, ulong, PreVerificationGasOptions, bool)"/>
    /// <param name="tokens">Of the packed ABI bytes (EIP-7623).</param>
    /// <param name="length">How many of them there are.</param>
    public static PreVerificationGasBreakdown Of(
        EntryPointVersion version,
        UserOperation operation,
        ulong tokens,
        int length,
        ulong verificationGasUsed,
        PreVerificationGasOptions options,
        bool eip7623)
    {
        double words = (length + 31) / 32.0;
        double callDataWords = (operation.CallData.Length + 31) / 32;
        double bundle = options.BundleSize;
        VersionOverhead ofVersion = options.Of(version);
        double perOperation = options.PerOperation + ofVersion.PerOperation;
        double authorization = operation.Eip7702Auth is null ? 0 : options.PerAuthorization;
        double execution = version != EntryPointVersion.V06 && IsExecuteUserOp(operation.CallData)
            ? options.ExecuteUserOp + (options.ExecuteUserOpPerWord + ofVersion.ExecuteUserOpPerWord) * words + CopiesOfExecuteUserOp * MemoryGas(words, options)
            : options.PerCallDataWord * callDataWords + MemoryGas(callDataWords, options);
        double transaction = options.TransactionStipend / bundle;
        double entryPoint = options.FixedOverhead / bundle;
        double callData = CalldataCost.GasPerToken * tokens;
        double standard = callData + entryPoint + perOperation + authorization + execution;

        // The floor binds the whole transaction: what it exceeds the standard price by, after the gas that is paid anyway.
        double used = (double)SurelyPaid.OfExecution(version, operation) + verificationGasUsed;
        double floor = eip7623 ? Math.Max(0, CalldataCost.FloorGasPerToken * tokens - used - standard) : 0;
        ulong total = (ulong)Math.Ceiling(transaction + standard + floor);
        return new PreVerificationGasBreakdown(
            total, Round(transaction), Round(callData), Round(entryPoint), Round(perOperation), Round(authorization), Round(execution), Round(floor),
            tokens, length, options.BundleSize);
    }

    /// <summary>LIM-070 to the letter: call data and 50,000.</summary>
    public static ulong Canonical(ReadOnlySpan<byte> packed) => CalldataCost.Standard(packed) + Erc7562Constants.PreVerificationOverheadGas;

    private static bool IsExecuteUserOp(Bytes callData) =>
        callData.Length >= 4 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(callData.Span) == ExecuteUserOpSelector;

    private static double MemoryGas(double words, PreVerificationGasOptions options) =>
        options.PerVersion.Count == 0 ? 0 : words * words / WordsSquaredPerGas;

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
