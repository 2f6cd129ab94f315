using Bundler.Engine.Chain;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>AUTH-010: the one EIP-7702 tuple is for this chain (or any), has a low s, and is signed by the sender.</summary>
internal sealed class AuthorizationWellFormed(ChainProfile chain) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context)
    {
        if (context.Operation.Eip7702Auth is not { } authorization)
        {
            return null;
        }

        if (!authorization.ChainId.IsZero && authorization.ChainId != chain.ChainId)
        {
            return new Rejection.InvalidFields("eip7702Auth.chainId", $"expected {chain.ChainId} or 0, got {authorization.ChainId}");
        }

        return authorization.RecoverAuthority() is not { } authority
            ? new Rejection.InvalidFields("eip7702Auth", "the signature is not valid: r and s in range, s low, yParity 0 or 1")
            : authority != context.Operation.Sender
            ? new Rejection.InvalidFields("eip7702Auth", $"signed by {authority}, expected the sender {context.Operation.Sender}")
            : null;
    }
}
