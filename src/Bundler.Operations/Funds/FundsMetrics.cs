using System.Diagnostics.Metrics;

namespace Bundler.Operations.Funds;

/// <summary>What alerts look at, under the meter <c>Bundler</c>.</summary>
internal static class FundsMetrics
{
    private static readonly Meter Meter = new("Bundler");

    private static readonly Counter<long> Transfers =
        Meter.CreateCounter<long>("bundler.funds.transfers", description: "Transfers that were begun, by kind and signer.");

    private static readonly Counter<double> Amount =
        Meter.CreateCounter<double>("bundler.funds.amount", "{ether}", "What these transfers move, by kind and signer.");

    public static void Transferred(PlannedTransfer transfer)
    {
        KeyValuePair<string, object?> kind = new("kind", transfer.IsTopUp ? "top_up" : "sweep");
        KeyValuePair<string, object?> signer = new("signer", transfer.From.ToString());
        Transfers.Add(1, kind, signer);
        Amount.Add((double)transfer.Value / 1e18, kind, signer);
    }
}
