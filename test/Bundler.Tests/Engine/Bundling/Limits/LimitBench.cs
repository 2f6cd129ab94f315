using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

/// <summary>A draft to try a limit on.</summary>
internal static class LimitBench
{
    public static BundleDraft Draft(params MempoolEntry[] entries) => Draft(A.Fees, entries);

    public static BundleDraft Draft(FeeQuote fees, params MempoolEntry[] entries)
    {
        BundleDraft draft = new(A.EntryPoint, fees);
        foreach (MempoolEntry entry in entries)
        {
            draft.Add(entry);
        }

        return draft;
    }

    /// <summary>An empty draft while these are in flight.</summary>
    public static BundleDraft Behind(params MempoolEntry[] inFlight) => new(A.EntryPoint, A.Fees, inFlight);

    /// <summary>Operations of as many senders, otherwise alike.</summary>
    public static MempoolEntry[] Crowd(int count) =>
        [.. Enumerable.Range(0, count).Select(sender => A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender) }))];
}
