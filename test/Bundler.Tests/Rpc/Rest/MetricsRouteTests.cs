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

    private static async Task<string> ReadAsync(RpcHost host) => await host.Client.GetStringAsync(new Uri(host.OperatorUrl!, "/metrics"));
}
