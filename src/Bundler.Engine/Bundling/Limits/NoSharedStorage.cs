using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// No storage conflict: validation of one sender's operation does not write what validation of another's uses, and does not visit the other
/// sender (ERC-7562, bundling).
/// </summary>
internal sealed class NoSharedStorage : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (draft.VisitedSender(next) is { } sender)
        {
            return $"account {sender} is used by validation of another operation of the bundle";
        }

        return draft.Conflict(next) is { } conflict ? $"slot {conflict.Slot} of {conflict.Contract} is used by another operation of the bundle" : null;
    }
}
