using System.Diagnostics.Metrics;
using Bundler.Engine;
using Bundler.Erc4337;
using Bundler.Paymaster.Deciding;
using Microsoft.Extensions.Logging;

namespace Bundler.Paymaster;

/// <summary>Tells the operator what was not paid for: each in a counter, a sample in the log.</summary>
public sealed class SponsorJournal(TimeProvider clock, ILogger<SponsorJournal> logger)
{
    private static readonly Meter Meter = new(EngineMetrics.MeterName);
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("bundler.sponsor.refusals", null, "Operations that were not paid for, by reason and rule.");

    private readonly LogSampler _samples = new(clock);

    /// <summary>Counts and tells a refusal, and hands it on.</summary>
    public SponsorRefusal Refused(UserOperation operation, SponsorRefusal refusal)
    {
        Refusals.Add(1, new KeyValuePair<string, object?>("reason", refusal.Reason.ToString()), new KeyValuePair<string, object?>("rule", refusal.Rule));
        if (_samples.Takes($"{refusal.Reason} {refusal.Rule}", 0, out long leftOut))
        {
            logger.NotSponsored(operation.Sender, refusal.Reason.ToString(), refusal.Rule, refusal.Message, leftOut);
        }

        return refusal;
    }
}
