using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
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

    /// <summary>What an estimate answers, in gas.</summary>
    public ulong Estimated(EntryPoint entryPoint, UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong formula = BreakDown(entryPoint, operation, packed, verificationGasUsed).Total * (ulong)gas.Value.EstimatePreVerificationGasPercent / 100;
        return validation.Value.Profile == ValidationProfile.Canonical ? Math.Max(formula, PreVerificationGas.Canonical(packed)) : formula;
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
