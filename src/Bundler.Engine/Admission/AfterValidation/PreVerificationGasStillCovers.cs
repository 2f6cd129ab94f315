using Bundler.Engine.Gas;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.AfterValidation;

/// <summary>LIM-070 again with the gas that validation really used: the EIP-7623 floor may bind now.</summary>
internal sealed class PreVerificationGasStillCovers(PreVerificationGasPolicy policy) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        policy.Check(
            context.EntryPoint,
            context.Operation,
            context.Packed.Span,
            context.Validation.VerificationGasUsed + context.Validation.PaymasterVerificationGasUsed);
}
