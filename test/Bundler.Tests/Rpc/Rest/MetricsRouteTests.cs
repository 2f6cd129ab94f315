using System.Diagnostics.Metrics;
using Bundler.Engine;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>The text that Prometheus reads.</summary>
internal sealed class MetricsRouteTests
{
    [Test]
    public async Task Counters_add_up_and_gauges_are_what_they_are_now()
    {
        using EngineMetrics metrics = new();
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), metrics: metrics);
        Counter<long> counter = metrics.Meter.CreateCounter<long>("test.things", null, "Things.");
        double level = 1.5e21;
        metrics.Meter.CreateObservableGauge("test.level", () => new Measurement<double>(level, new KeyValuePair<string, object?>("of", "a\"b")), "wei", "A level.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "x"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "x"));

        string first = await ReadAsync(host);
        level = 2;
        string second = await ReadAsync(host);

        Assert.That(first, Does.Contain("# HELP test_things_total Things.\n# TYPE test_things_total counter\ntest_things_total{kind=\"x\"} 5\n"));
        Assert.That(first, Does.Contain("# TYPE test_level_wei gauge\ntest_level_wei{of=\"a\\\"b\"} 1.5E+21\n"));
        Assert.That(second, Does.Contain("test_level_wei{of=\"a\\\"b\"} 2\n"));
        Assert.That(second, Does.Contain("dotnet_gc_collections_total"));
    }

    [Test]
    public async Task A_histogram_counts_what_is_at_most_each_bound_and_has_its_sum_and_count()
    {
        using EngineMetrics metrics = new();
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), metrics: metrics);
        Histogram<double> advised = metrics.Meter.CreateHistogram(
            "test.wait", "s", "A wait.", [], new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        Histogram<double> plain = metrics.Meter.CreateHistogram<double>("test.request", "s");
        KeyValuePair<string, object?> tag = new("of", "x");
        advised.Record(0.25, tag);
        advised.Record(0.5, tag);
        advised.Record(0.75, tag);
        advised.Record(8, tag);
        plain.Record(0.03);

        string text = await ReadAsync(host);

        Assert.That(text, Does.Contain(
            "# HELP test_wait_seconds A wait.\n# TYPE test_wait_seconds histogram\n"
            + "test_wait_seconds_bucket{of=\"x\",le=\"0.5\"} 2\ntest_wait_seconds_bucket{of=\"x\",le=\"1\"} 3\ntest_wait_seconds_bucket{of=\"x\",le=\"+Inf\"} 4\n"
            + "test_wait_seconds_sum{of=\"x\"} 9.5\ntest_wait_seconds_count{of=\"x\"} 4\n"));
        Assert.That(text, Does.Contain("test_request_seconds_bucket{le=\"0.025\"} 0\ntest_request_seconds_bucket{le=\"0.05\"} 1\n"));
        Assert.That(text, Does.Contain("test_request_seconds_sum 0.03\ntest_request_seconds_count 1\n"));
    }

    [Test]
    public async Task A_gauge_that_is_set_keeps_its_last_value_and_one_that_is_added_to_its_sum()
    {
        using EngineMetrics metrics = new();
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), metrics: metrics);
        Gauge<int> set = metrics.Meter.CreateGauge<int>("test.up");
        UpDownCounter<long> added = metrics.Meter.CreateUpDownCounter<long>("test.open");
        set.Record(1);
        set.Record(0);
        added.Add(3);
        added.Add(-1);

        string text = await ReadAsync(host);

        Assert.That(text, Does.Contain("# TYPE test_up gauge\ntest_up 0\n").And.Contains("# TYPE test_open gauge\ntest_open 2\n"));
    }

    private static async Task<string> ReadAsync(RpcHost host) => await host.Client.GetStringAsync(new Uri(host.OperatorUrl!, "/metrics"));
}
