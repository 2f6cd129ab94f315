using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>The preVerificationGas that this node asks for: by the formula, or to the letter of LIM-070 in the canonical profile.</summary>
public sealed class PreVerificationGasPolicy(IOptions<GasOptions> gas, IOptions<ValidationOptions> validation, ChainProfile chain)
{
    private volatile PreVerificationGasOptions _numbers = new() { BundleSize = gas.Value.BundleSize };

    /// <summary>The numbers in force.</summary>
    public PreVerificationGasOptions Numbers => _numbers;

    /// <summary>Debug only: other numbers from now on.</summary>
    public void Configure(PreVerificationGasOptions numbers) => _numbers = numbers;

    public PreVerificationGasBreakdown BreakDown(UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed) =>
        PreVerificationGas.Of(operation, packed, verificationGasUsed, _numbers, chain.Eip7623);

    /// <summary>What an operation must offer at least, in gas.</summary>
    public ulong Required(UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong formula = BreakDown(operation, packed, verificationGasUsed).Total * (ulong)gas.Value.AcceptPreVerificationGasPercent / 100;
        return validation.Value.Profile == ValidationProfile.Canonical ? Math.Max(formula, PreVerificationGas.Canonical(packed)) : formula;
    }

    /// <summary>What an estimate answers, in gas.</summary>
    public ulong Estimated(UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong formula = BreakDown(operation, packed, verificationGasUsed).Total * (ulong)gas.Value.EstimatePreVerificationGasPercent / 100;
        return validation.Value.Profile == ValidationProfile.Canonical ? Math.Max(formula, PreVerificationGas.Canonical(packed)) : formula;
    }

    public Rejection? Check(UserOperation operation, ReadOnlySpan<byte> packed, ulong verificationGasUsed)
    {
        ulong required = Required(operation, packed, verificationGasUsed);
        return operation.PreVerificationGas < required
            ? new Rejection.InvalidFields("preVerificationGas", $"must be at least {required}, got {operation.PreVerificationGas} (LIM-070)")
            : null;
    }
}
