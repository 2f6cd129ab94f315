using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>An operation that failed at the last look waits for a block before it is tried again.</summary>
internal sealed class NotSpoiledByPending(WaitingForHead waiting, HeadFeed heads) : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next) =>
        Waits(next, draft.Fees) ? LastLook.SpoiledReason : null;

    public bool Waits(MempoolEntry entry, FeeQuote fees) => heads.Latest is { } head && waiting.Waits(entry.UserOpHash, head.Number);
}
