using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>Every limit of a bundle in order. What does not fit stays in the mempool for the next one.</summary>
public sealed class BundleLimits(IServiceProvider services)
{
    private readonly IReadOnlyList<IBundleLimit> _limits =
    [
        Limit<FeesCoverCost>(services),
        Limit<NotSpoiledByPending>(services),
        Limit<DoubtfulQuota>(services),
        Limit<SizeBudget>(services),               // LIM-040 LIM-050
        Limit<GasBudget>(services),                // EIP-7825
        Limit<OneOperationPerSender>(services),
        Limit<SenderNotInFlight>(services),
        Limit<ThrottledQuota>(services),           // GREP-010 GREP-020
        Limit<PaymasterBudget>(services),          // EREP-010
        Limit<NoSharedStorage>(services),          // STO-041
        Limit<WithinRisk>(services),
    ];

    /// <summary>The first reason why the operation does not fit, or <c>null</c>.</summary>
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        foreach (IBundleLimit limit in _limits)
        {
            if (limit.Check(draft, next) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>The operation was tried, and waits for what has not come yet: it takes nobody's place among the candidates.</summary>
    public bool Waits(MempoolEntry entry, FeeQuote fees) => _limits.Any(limit => limit.Waits(entry, fees));

    private static T Limit<T>(IServiceProvider services)
        where T : IBundleLimit => ActivatorUtilities.CreateInstance<T>(services);
}
