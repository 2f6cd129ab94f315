using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling.Money;

/// <summary>Tells the operator that operations wait because of the <see cref="RiskPurse"/>; once a minute at most, not for each of them.</summary>
public sealed class RiskWatch(RiskPurse purse, EngineMetrics metrics, ILogger<RiskWatch> logger, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _saidAt;

    /// <param name="hasStrangers">Only operations of entities without a record wait.</param>
    public void Short(bool hasStrangers)
    {
        metrics.Waited(hasStrangers);
        lock (_lock)
        {
            if (_saidAt is { } said && clock.GetElapsedTime(said) < Quiet)
            {
                return;
            }

            _saidAt = clock.GetTimestamp();
        }

        RiskStanding standing = purse.Standing;
        logger.RiskExhausted(hasStrangers ? "operations without a record wait" : "operations wait", standing.Lost, standing.AtRisk, standing.Allowance);
    }
}
