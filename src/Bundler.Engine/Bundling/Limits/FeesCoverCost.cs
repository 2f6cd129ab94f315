using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// The operation pays the coming block's base fee and at least the tip that block producers take, with the operator's margin on it, as far as can be
/// said before the bundle is measured; one that was measured and did not pay waits.
/// </summary>
internal sealed class FeesCoverCost(IOptions<BundlingOptions> options, WaitingForFees waiting) : IBundleLimit
{
    private readonly UInt256 _percent = options.Value.MinProfitPercent;

    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        FeeQuote fees = draft.Fees;
        UInt256 least = fees.BaseFeePerGas + fees.FloorTip;
        return next.Operation.MaxFeePerGas < fees.BaseFeePerGas ? "maxFeePerGas is below the base fee"
            : Mempool.Tip(next.Operation, fees.BaseFeePerGas) < fees.FloorTip ? "the tip is below the chain's floor"
            : !MayEarn(draft, next, least) ? "its fees are below the margin over its cost"
            : Waits(next, fees) ? "it did not pay at this price of gas"
            : null;
    }

    public bool Waits(MempoolEntry entry, FeeQuote fees) => waiting.Waits(entry.UserOpHash, fees.BaseFeePerGas + fees.FloorTip);

    /// <summary>
    /// By what validation used, by preVerificationGas, and by the call data. Execution is charged as it is used, and nobody knows how much that is:
    /// it is enough when either none of it or all of it would do.
    /// </summary>
    private bool MayEarn(BundleDraft draft, MempoolEntry next, UInt256 least)
    {
        if (next.Validation is not { } validation)
        {
            return true;
        }

        UserOperation operation = next.Operation;
        UInt256 verification = validation.VerificationGasUsed + validation.PaymasterVerificationGasUsed;
        UInt256 charged = verification + operation.PreVerificationGas;
        UInt256 used = verification + CalldataCost.GasPerToken * next.CalldataTokens
            + (operation.Eip7702Auth is null ? 0 : BundleGas.PerAuthorization);
        UInt256 price = EntryPoint.GasPrice(operation, draft.Fees.BaseFeePerGas);
        return Earns(UInt256.Zero) || Earns(operation.CallGasLimit + operation.PaymasterPostOpGasLimit);

        bool Earns(UInt256 execution) => (charged + execution) * price * 100 >= (used + execution) * least * _percent;
    }
}
