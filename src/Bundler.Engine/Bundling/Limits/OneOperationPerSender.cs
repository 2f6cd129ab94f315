using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// One operation of a sender, unless they follow each other in one nonce key (ERC-4337, bundling) and have the same aggregator, if any: groups may
/// change the order of others.
/// </summary>
internal sealed class OneOperationPerSender : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (!draft.Inside.HasSender(next.Operation.Sender))
        {
            return null;
        }

        return draft.LastOf(next.Operation.Sender, next.Nonce.Key) is { } last
            && last.Nonce.Sequence + 1 == next.Nonce.Sequence
            && last.Validation?.Aggregator == next.Validation?.Aggregator
            ? null
            : "another operation of this sender is in the bundle";
    }
}
