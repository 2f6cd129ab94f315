using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>The operation with every limit that was found in place of those that were not given. Pure.</summary>
internal static class FoundLimits
{
    public static UserOperation Of(EstimationTask task, EstimationResult result, uint slack)
    {
        PartialUserOperation partial = task.Partial;
        UserOperation given = partial.Operation;
        bool hasPaymasterLimits = task.EntryPoint.HasPaymasterGasLimits && given.Paymaster is not null;
        UInt256 verification = EstimationMargins.Verification(result.Verification.High, slack, DummySignature.Count(given.Signature));
        UInt256 postOp = result.HasContext ? EstimationMargins.Call(result.PostOp.High) : UInt256.Zero;

        // v0.6 runs postOp with the verification limit.
        verification = hasPaymasterLimits ? verification : UInt256.Max(verification, postOp);
        return given with
        {
            VerificationGasLimit = partial.HasVerificationGasLimit ? given.VerificationGasLimit : UInt256.Min(verification, task.Bounds.MaxVerificationGas),
            CallGasLimit = partial.HasCallGasLimit ? given.CallGasLimit : UInt256.Min(EstimationMargins.Call(result.Call.High), task.MaxCallGas),
            PaymasterVerificationGasLimit = !hasPaymasterLimits ? UInt256.Zero
                : partial.HasPaymasterVerificationGasLimit ? given.PaymasterVerificationGasLimit
                : UInt256.Max(EstimationMargins.Paymaster(result.Paymaster.High), result.PaymasterUsed + slack),
            PaymasterPostOpGasLimit = !hasPaymasterLimits ? UInt256.Zero
                : partial.HasPaymasterPostOpGasLimit ? given.PaymasterPostOpGasLimit
                : postOp,
        };
    }
}
