using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>The preVerificationGas that this node asks for: by the formula, or to the letter of LIM-070 in the canonical profile.</summary>
public sealed class PreVerificationGasPolicy(IOptions<GasOptions> gas, IOptions<ValidationOptions> validation, ChainProfile chain)
{
    private volatile PreVerificationGasOptions _numbers = OfTheNode(gas.Value);

    /// <summary>The numbers in force.</summary>
    public PreVerificationGasOptions Numbers => _numbers;

    /// <summary>Debug only: other numbers from now on.</summary>
    public void Configure(PreVerificationGasOptions numbers) => _numbers = numbers;

    public PreVerificationGasBreakdown BreakDown(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed) =>
        PreVerificationGas.Of(entryPoint.Version, operation, packed, verificationGasUsed, _numbers, chain.Eip7623);

    /// <summary>What an operation must offer at least, in gas.</summary>
    public ulong Required(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong formula = BreakDown(entryPoint, operation, packed, verificationGasUsed).Total * (ulong)gas.Value.AcceptPreVerificationGasPercent / 100;
        return validation.Value.Profile == ValidationProfile.Canonical ? Math.Max(formula, PreVerificationGas.Canonical(packed)) : formula;
    }

    /// <summary>The operation with a preVerificationGas that is enough for itself: the number's own bytes are call data too.</summary>
    /// <remarks>It only grows, by a few tokens a round, so that it ends.</remarks>
    public UserOperation Paying(EntryPoint entryPoint, UserOperation operation, ulong verificationGasUsed)
    {
        UserOperation paying = operation with { PreVerificationGas = UInt256.Zero };
        while (Required(entryPoint, paying, entryPoint.Operations.Pack(paying).Span, verificationGasUsed) is var required && required > paying.PreVerificationGas)
        {
            paying = paying with { PreVerificationGas = required };
        }

        return paying;
    }

    /// <summary>What an estimate answers, in gas.</summary>
    public ulong Estimated(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong formula = BreakDown(entryPoint, operation, packed, verificationGasUsed).Total * (ulong)gas.Value.EstimatePreVerificationGasPercent / 100;
        return validation.Value.Profile == ValidationProfile.Canonical ? Math.Max(formula, PreVerificationGas.Canonical(packed)) : formula;
    }

    /// <summary>What an operation brings of what it takes.</summary>
    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">With its limits and preVerificationGas.</param>
    /// <param name="calldataTokens">Of the packed operation.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="verificationGasUsed">As validation has shown.</param>
    public Coverage CoverageOf(EntryPoint entryPoint, UserOperation operation, ulong calldataTokens, int size, ulong verificationGasUsed)
    {
        PreVerificationGasOptions numbers = _numbers;
        ulong asked = Of(numbers) * (ulong)gas.Value.AcceptPreVerificationGasPercent / 100;
        UInt256 sure = SurelyPaid.OfExecution(entryPoint.Version, operation) + verificationGasUsed;
        UInt256 permille = UInt256.MulDiv(sure + operation.PreVerificationGas, Coverage.Whole, sure + Of(numbers with { BundleSize = 1 }));
        return new Coverage(permille < Coverage.Whole ? (uint)(ulong)permille : Coverage.Whole, operation.PreVerificationGas >= asked);

        ulong Of(PreVerificationGasOptions options) =>
            PreVerificationGas.Of(entryPoint.Version, operation, calldataTokens, size, verificationGasUsed, options, chain.Eip7623).Total;
    }

    /// <summary>The gas that an operation takes of a bundle, whatever it pays for.</summary>
    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="calldataTokens">Of the packed operation.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="measured">What the EntryPoint has measured of it: validation and execution.</param>
    /// <param name="bundleSize">How many share the transaction.</param>
    public UInt256 Taken(EntryPoint entryPoint, UserOperation operation, ulong calldataTokens, int size, UInt256 measured, int bundleSize)
    {
        UserOperation unlimited = operation with { CallGasLimit = UInt256.Zero, PaymasterPostOpGasLimit = UInt256.Zero };
        PreVerificationGasOptions numbers = _numbers with { BundleSize = bundleSize };
        return measured + PreVerificationGas.Of(entryPoint.Version, unlimited, calldataTokens, size, (ulong)measured, numbers, chain.Eip7623).Total;
    }

    public Rejection? Check(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong required = Required(entryPoint, operation, packed, verificationGasUsed);
        return operation.PreVerificationGas < required
            ? new Rejection.InvalidFields("preVerificationGas", $"must be at least {required}, got {operation.PreVerificationGas} (LIM-070)")
            : null;
    }

    private static PreVerificationGasOptions OfTheNode(GasOptions options)
    {
        PreVerificationGasOptions numbers = new() { BundleSize = options.BundleSize };
        return numbers with { FixedOverhead = numbers.FixedOverhead + options.BeneficiaryGas };
    }
}
