using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>EIP-7702: the chain takes transactions with tuples; without them its bundle would be refused.</summary>
internal sealed class DelegationsTaken : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        context.DelegationRefusal is { } refusal ? Eip7702.RefusedByNode(refusal) : null;
}
