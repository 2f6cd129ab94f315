using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>An operation with the sender and nonce of a pending one replaces it only if it raises both fees.</summary>
internal sealed class ReplacementPaysMore(IOptions<PoolOptions> options) : IAdmissionRule
{
    private readonly int _percent = options.Value.ReplacementPercent;

    public Rejection? Check(AdmissionContext context)
    {
        if (context.Pool.Find(context.Operation.Sender, context.Operation.Nonce) is not { } pending)
        {
            return null;
        }

        if (pending.State is EntryState.Bundled or EntryState.Storing)
        {
            return new Rejection.InvalidFields("nonce", $"the operation {pending.UserOpHash} with this nonce is already on its way and cannot be replaced");
        }

        UInt256 fee = Raised(pending.Operation.MaxFeePerGas);
        UInt256 tip = Raised(pending.Operation.MaxPriorityFeePerGas);
        return context.Operation.MaxFeePerGas < fee || context.Operation.MaxPriorityFeePerGas < tip
            ? new Rejection.InvalidFields(
                "",
                $"replacement underpriced: to replace {pending.UserOpHash} maxFeePerGas must be at least {fee} (got {context.Operation.MaxFeePerGas}) "
                + $"and maxPriorityFeePerGas at least {tip} (got {context.Operation.MaxPriorityFeePerGas})")
            : null;
    }

    private UInt256 Raised(UInt256 fee) => UInt256.MulDivUp(fee, 100 + _percent, 100);
}
