using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>The operation pays the coming block's base fee and at least the tip that block producers take.</summary>
internal sealed class FeesCoverCost : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next) =>
        next.Operation.MaxFeePerGas < draft.Fees.BaseFeePerGas
            ? "maxFeePerGas is below the base fee"
            : Mempool.Tip(next.Operation, draft.Fees.BaseFeePerGas) < draft.Fees.FloorTip
            ? "the tip is below the chain's floor"
            : null;
}
