using Bundler.Engine.Gas;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>The operation alone fits into one transaction of this chain: its cap (EIP-7825), and the gas limit of the newest block.</summary>
internal sealed class FitsTheBlock(GasCeiling ceiling) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        ceiling.Forbids(context.EntryPoint, context.Operation, CalldataCost.Tokens(context.Packed), context.Aggregator is not null) is { } reason
            ? new Rejection.InvalidFields("callGasLimit", reason)
            : null;
}
