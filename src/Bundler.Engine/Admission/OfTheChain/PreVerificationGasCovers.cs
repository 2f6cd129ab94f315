using Bundler.Engine.Gas;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>LIM-070: preVerificationGas pays for call data and overhead, assuming that validation will use all its gas.</summary>
internal sealed class PreVerificationGasCovers(PreVerificationGasPolicy policy) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        policy.Check(
            context.EntryPoint,
            context.Operation,
            context.Packed.Span,
            (ulong)(context.Operation.VerificationGasLimit + context.Operation.PaymasterVerificationGasLimit));
}
