using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>AUTH-010: the one EIP-7702 tuple is for this chain (or any), has a low s, and is signed by the sender.</summary>
internal sealed class AuthorizationWellFormed(ChainProfile chain) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        context.Operation.Eip7702Auth is { } authorization ? Eip7702.Check(authorization, context.Operation.Sender, chain.ChainId) : null;
}
