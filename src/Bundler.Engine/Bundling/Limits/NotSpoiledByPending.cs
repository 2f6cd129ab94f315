using Bundler.Engine.Chain;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>An operation that failed at the last look waits for a block before it is tried again.</summary>
internal sealed class NotSpoiledByPending(WaitingForHead waiting, HeadFeed heads) : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next) =>
        heads.Latest is { } head && waiting.Waits(next.UserOpHash, head.Number) ? "a transaction in the node's pool makes it fail" : null;
}
