using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>An operation in flight changes what its sender's next one is validated on: that one waits for the block.</summary>
internal sealed class SenderNotInFlight : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next) =>
        draft.InFlight.HasSender(next.Operation.Sender) ? "another operation of this sender is in flight" : null;
}
