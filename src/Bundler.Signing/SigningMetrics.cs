using System.Diagnostics.Metrics;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Grants;
using Bundler.Signing.Guard;

namespace Bundler.Signing;

/// <summary>What alerts look at, under the meter <c>Bundler</c>.</summary>
internal static class SigningMetrics
{
    public const string MeterName = "Bundler";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Signatures =
        Meter.CreateCounter<long>("bundler.signer.signatures", description: "Signatures of key services.");

    private static readonly Counter<long> Faults =
        Meter.CreateCounter<long>("bundler.signer.faults", description: "Signatures that a key service did not give after all attempts, by fault.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("bundler.signer.refusals", description: "Transactions and grants that the guard before a key refused, by reason.");

    private static readonly Gauge<int> Up =
        Meter.CreateGauge<int>("bundler.signer.up", description: "1 when the signer's last signature or probe succeeded, else 0.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("bundler.signer.duration", "s", "From asking a key service to its signature, all attempts included.");

    public static void Signed(Address signer, TimeSpan duration)
    {
        Signatures.Add(1, Of(signer));
        Duration.Record(duration.TotalSeconds, Of(signer));
    }

    public static void Faulted(Address signer, SignerFault fault) => Faults.Add(1, Of(signer), new KeyValuePair<string, object?>("fault", fault.ToString()));

    public static void Seen(Address signer, bool isHealthy) => Up.Record(isHealthy ? 1 : 0, Of(signer));

    public static void Refused(Address signer, SignerGuardReason reason) =>
        Refusals.Add(1, Of(signer), new KeyValuePair<string, object?>("reason", reason.ToString()));

    public static void Refused(Address signer, GrantGuardReason reason) =>
        Refusals.Add(1, Of(signer), new KeyValuePair<string, object?>("reason", reason.ToString()));

    private static KeyValuePair<string, object?> Of(Address signer) => new("signer", signer.ToString());
}
