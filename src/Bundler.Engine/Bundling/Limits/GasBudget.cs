using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// The bundle's transaction stays below what the chain and the newest block allow (EIP-7825); an operation that is too large for the share still goes
/// alone, if it fits at all.
/// </summary>
internal sealed class GasBudget(GasCeiling ceiling, IOptions<BundlingOptions> options) : IBundleLimit
{
    private readonly ulong _percent = (ulong)options.Value.GasLimitPercent;

    public string? Check(BundleDraft draft, MempoolEntry next) =>
        draft.Entries.Count == 0
            ? ceiling.Forbids(draft.EntryPoint, next.Operation, next.CalldataTokens, next.Validation?.Aggregator is not null)
            : draft.GasWith(next) > (UInt256)ceiling.Gas * _percent / 100 ? "the bundle's gas would exceed its share of the transaction cap"
            : null;
}
