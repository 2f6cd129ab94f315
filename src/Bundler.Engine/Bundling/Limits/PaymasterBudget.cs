using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>EREP-010 over the bundle and those in flight: the paymaster's deposit, as last read, covers all its operations in them.</summary>
internal sealed class PaymasterBudget : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (next.Operation.Paymaster is not { } paymaster || next.Validation is null || !next.Validation.Stakes.TryGetValue(paymaster, out StakeInfo stake))
        {
            return null;
        }

        UInt256 cost = draft.PaymasterCost(paymaster) + draft.EntryPoint.RequiredPrefund(next.Operation);
        return cost > stake.Deposit ? "the paymaster's deposit does not cover one more operation" : null;
    }
}
