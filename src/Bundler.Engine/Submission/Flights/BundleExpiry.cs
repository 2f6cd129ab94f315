using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;

namespace Bundler.Engine.Submission.Flights;

/// <summary>When a bundle must be in a block because one of its operations expires: chain time, told by a clock that never jumps. Pure.</summary>
internal static class BundleExpiry
{
    /// <summary>A cancellation needs some time to overtake the bundle.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>More than any bundle waits: beyond this there is no expiry to speak of.</summary>
    private const ulong Horizon = 1_000_000;

    public static TimeSpan? Of(IReadOnlyList<MempoolEntry> entries, ChainHead? head, ChainProfile chain, TimeSpan now)
    {
        if (head is null)
        {
            return null;
        }

        double left = double.PositiveInfinity;
        foreach (ValidationResult validation in entries.Select(entry => entry.Validation).OfType<ValidationResult>())
        {
            left = Math.Min(left, Left(validation.Window, head.Timestamp, 1));
            left = validation.BlockWindow is { } blocks ? Math.Min(left, Left(blocks, head.Number, chain.BlockTimeSeconds)) : left;
        }

        return double.IsPositiveInfinity(left) ? null : now + TimeSpan.FromSeconds(left) - Margin;
    }

    private static double Left(ValidityWindow window, ulong at, double secondsEach) =>
        window.ValidUntil <= at ? 0
        : window.ValidUntil - at > Horizon ? double.PositiveInfinity
        : (window.ValidUntil - at) * secondsEach;
}
