using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// No storage conflict: validation of one operation does not write what validation of another one's uses (ERC-7562, bundling), and the
/// sender of one is not touched by another.
/// </summary>
internal sealed class NoSharedStorage : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (draft.HasSender(next.Operation.Sender))
        {
            return null;
        }

        return draft.Conflict(next) is { } conflict ? $"slot {conflict.Slot} of {conflict.Contract} is used by another operation of the bundle" : null;
    }
}
