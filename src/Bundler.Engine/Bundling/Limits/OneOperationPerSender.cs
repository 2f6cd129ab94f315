using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// One operation of a sender, unless they follow each other in one nonce key and have the same aggregator, if any: groups may change the order of
/// others. A staked sender may have operations of several keys in a bundle (ERC-4337, bundling): what one of them does to another is its own loss.
/// </summary>
internal sealed class OneOperationPerSender(StakePolicy stakes) : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (!draft.Inside.HasSender(next.Operation.Sender))
        {
            return null;
        }

        bool fits = draft.LastOf(next.Operation.Sender, next.Nonce.Key) is { } last
            ? last.Nonce.Sequence + 1 == next.Nonce.Sequence && last.Validation?.Aggregator == next.Validation?.Aggregator
            : IsStaked(next);
        return fits ? null : "another operation of this sender is in the bundle";
    }

    private bool IsStaked(MempoolEntry entry) =>
        entry.Validation?.Stakes.TryGetValue(entry.Operation.Sender, out StakeInfo stake) == true && stakes.IsStaked(stake);
}
