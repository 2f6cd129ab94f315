using System.Diagnostics.Metrics;

namespace Bundler.Engine.Retention;

/// <summary>What was moved, and how large the store is as it was last measured; nothing is asked when somebody reads them.</summary>
internal sealed class RetentionMetrics
{
    private readonly Counter<long> _moved;
    private volatile bool _isHeld;
    private volatile StoreSizes? _sizes;

    public RetentionMetrics(EngineMetrics metrics)
    {
        Meter meter = metrics.Meter;
        _moved = meter.CreateCounter<long>(
            "bundler.retention.moved", null, "What this node moved out of the store: operations, statuses, transactions, entries of the ledger, and ended operations that it forgot.");
        meter.CreateObservableGauge(
            "bundler.retention.held", () => _isHeld ? 1L : 0L, null, "1 while old operations stay in the store because the Ethereum node does not have their transactions any more.");
        meter.CreateObservableGauge("bundler.store.rows", () => Tables(table => table.Rows), null, "Rows of a table of the store, estimated.");
        meter.CreateObservableGauge("bundler.store.size", () => Tables(table => table.Bytes), "By", "Bytes of a table of the store with its indexes, estimated.");
        meter.CreateObservableGauge("bundler.store.total", () => All(sizes => sizes.TotalBytes), "By", "Bytes of the database.");
        meter.CreateObservableGauge("bundler.store.free", () => All(sizes => sizes.FreeBytes), "By", "Bytes of the database that are free for new rows; SQLite alone tells.");
    }

    /// <summary>The Ethereum node has forgotten what was to be left to it.</summary>
    public bool IsHeld
    {
        set => _isHeld = value;
    }

    public StoreSizes? Sizes
    {
        set => _sizes = value;
    }

    public void Moved(string what, int rows) => _moved.Add(rows, new KeyValuePair<string, object?>("what", what));

    private IEnumerable<Measurement<long>> Tables(Func<TableSize, long> value) =>
        (_sizes?.Tables ?? []).Select(table => new Measurement<long>(value(table), new KeyValuePair<string, object?>("table", table.Table)));

    private IEnumerable<Measurement<long>> All(Func<StoreSizes, long?> value) =>
        _sizes is { } sizes && value(sizes) is { } bytes ? [new Measurement<long>(bytes)] : [];
}
