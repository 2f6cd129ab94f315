using Bundler.Engine.Gas;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>The fees reach the floor of the coming block.</summary>
internal sealed class FeesAcceptable(FeeOracle oracle) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) => oracle.Check(context.Operation, context.Fees);
}
