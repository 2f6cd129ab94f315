using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>The bundle's transaction stays below the chain's cap (EIP-7825); an operation that is too large for the share still goes alone.</summary>
internal sealed class GasBudget(ChainProfile chain, IOptions<BundlingOptions> options) : IBundleLimit
{
    private readonly UInt256 _share = chain.TransactionGasLimit * (ulong)options.Value.GasLimitPercent / 100;

    public string? Check(BundleDraft draft, MempoolEntry next) =>
        draft.Entries.Count > 0 && draft.Gas + BundleGas.Share(draft.EntryPoint, next.Operation, next.CalldataTokens) > _share
            ? "the bundle's gas would exceed its share of the transaction cap"
            : null;
}
