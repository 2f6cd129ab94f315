using System.Diagnostics.Metrics;

namespace Bundler.Engine.Submission;

/// <summary>What is measured of senders, under the meter <c>Bundler</c>; a sender is named as in the configuration.</summary>
internal static class SenderMetrics
{
    private static readonly Meter Meter = new("Bundler");

    private static readonly Counter<long> Transactions =
        Meter.CreateCounter<long>("bundler.sender.transactions", description: "Transactions that a sender was given, by what it answered.");

    /// <summary>From chains that make a block in less than half a second to a replacement or two where it takes twelve.</summary>
    private static readonly InstrumentAdvice<double> InclusionSeconds = new() { HistogramBucketBoundaries = [0.25, 0.5, 1, 2, 3, 5, 8, 13, 30, 60, 120, 300] };

    private static readonly Histogram<double> Inclusion = Meter.CreateHistogram(
        "bundler.sender.inclusion", "s", "From handing a bundle over for the first time to its receipt.", [], InclusionSeconds);

    public static void Sent(string sender, SendResult result) => Transactions.Add(1, Of(sender), new("outcome", result switch
    {
        SendResult.Refused => "refused",
        SendResult.Unanswered => "unanswered",
        _ => "sent",
    }));

    public static void Included(string sender, TimeSpan after) => Inclusion.Record(after.TotalSeconds, Of(sender));

    private static KeyValuePair<string, object?> Of(string sender) => new("sender", sender);
}
