using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>LIM-040 and the chain's transaction size: bytes of call data. LIM-050: bytes of contexts. And a bound on the number.</summary>
internal sealed class SizeBudget(ChainProfile chain, IOptions<BundlingOptions> options) : IBundleLimit
{
    /// <summary>Envelope, signature and an access list's head.</summary>
    private const int TransactionEnvelope = 512;

    private readonly int _bytes = Math.Min(options.Value.MaxBytes, chain.MaxTransactionBytes - TransactionEnvelope);
    private readonly int _context = options.Value.MaxContextBytes;
    private readonly int _count = options.Value.MaxOperations;

    public string? Check(BundleDraft draft, MempoolEntry next) =>
        draft.Entries.Count >= _count ? "the bundle is full"
        : draft.Bytes + next.Size + 32 > _bytes ? "the bundle's call data would be too large (LIM-040)"
        : draft.ContextBytes + (next.Validation?.ContextLength ?? 0) > _context ? "the paymasters' contexts would be too large (LIM-050)"
        : null;
}
