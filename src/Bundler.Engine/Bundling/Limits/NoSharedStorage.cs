using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// No storage conflict, neither within the bundle nor with those in flight: validation of one sender's operation does not write what validation
/// of another's uses, and does not visit the other sender (ERC-7562, bundling).
/// </summary>
internal sealed class NoSharedStorage : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next) => Check(draft.Inside, next, "the bundle") ?? Check(draft.InFlight, next, "a bundle in flight");

    private static string? Check(Footprint others, MempoolEntry next, string where)
    {
        if (others.VisitedSender(next) is { } sender)
        {
            return $"account {sender} is used by validation of another operation of {where}";
        }

        return others.Conflict(next) is { } conflict ? $"slot {conflict.Slot} of {conflict.Contract} is used by another operation of {where}" : null;
    }
}
