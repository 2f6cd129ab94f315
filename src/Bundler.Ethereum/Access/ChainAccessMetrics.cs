using System.Diagnostics.Metrics;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>What is measured of the way to the chain, under the meter <c>Bundler</c>; an endpoint is named as in the configuration.</summary>
internal static class ChainAccessMetrics
{
    private static readonly Meter Meter = new("Bundler");

    private static readonly Counter<long> Requests =
        Meter.CreateCounter<long>("bundler.endpoint.requests", description: "Requests that an endpoint answered; each one of a batch counts.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("bundler.endpoint.duration", "s", "From asking an endpoint to its answer.");

    private static readonly Counter<long> Failovers =
        Meter.CreateCounter<long>("bundler.endpoint.failovers", description: "Requests that went to another endpoint because one gave no answer, by fault.");

    private static readonly Counter<long> Hedges =
        Meter.CreateCounter<long>("bundler.endpoint.hedges", description: "Requests that another endpoint was asked too because one was late.");

    private static readonly Counter<long> Shared =
        Meter.CreateCounter<long>("bundler.reads.shared", description: "Reads that were answered by an identical one, under way or remembered.");

    private static readonly Counter<long> Lies =
        Meter.CreateCounter<long>("bundler.endpoint.lies", description: "Answers that cannot be true: of something else than was asked, or in contradiction with themselves.");

    public static void Answered(string endpoint, TimeSpan duration, int requests)
    {
        Requests.Add(requests, Of(endpoint));
        Duration.Record(duration.TotalSeconds, Of(endpoint));
    }

    public static void FailedOver(string endpoint, TransportFault fault) =>
        Failovers.Add(1, Of(endpoint), new KeyValuePair<string, object?>("fault", fault.ToString()));

    public static void Lied(string endpoint, string method) => Lies.Add(1, Of(endpoint), new KeyValuePair<string, object?>("method", method));

    public static void Hedged(string endpoint) => Hedges.Add(1, Of(endpoint));

    public static void SharedRead() => Shared.Add(1);

    private static KeyValuePair<string, object?> Of(string endpoint) => new("endpoint", endpoint);
}
