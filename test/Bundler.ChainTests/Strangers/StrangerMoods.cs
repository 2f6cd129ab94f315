using System.Globalization;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>The moods of an Ethereum node, one after the other as the seed has it, with a pause between them.</summary>
internal sealed class StrangerMoods(FaultyProxy proxy, Random random)
{
    private const double LeastSeconds = 0.5;
    private const double MostSeconds = 3;
    private const int TooMany = -32005;

    private static readonly Action<FaultyProxy, Random>[] _moods =
    [
        (proxy, random) => proxy.Fail(new ProxyFault.Sometimes(new ProxyFault.Status(429), 0.3, random.Next())),
        (proxy, random) => proxy.Fail(new ProxyFault.Refuse(TooMany, "rate limit exceeded") { When = Share(random, 0.3) }),
        (proxy, _) => proxy.Fail(new ProxyFault.Stall()),
        (proxy, random) => proxy.Fail(new ProxyFault.Sometimes(new ProxyFault.Drop(), 0.3, random.Next())),
        (proxy, random) => proxy.Fail(new ProxyFault.Sometimes(new ProxyFault.LoseAnswer(), 0.2, random.Next())),
        (proxy, random) => proxy.Fail(new ProxyFault.Sometimes(new ProxyFault.Cut(), 0.2, random.Next())),
        (proxy, random) => proxy.Fail(new ProxyFault.Sometimes(new ProxyFault.Text("<html>busy</html>"), 0.3, random.Next())),
        (proxy, _) => proxy.Fail(new ProxyFault.Lie((_, _) => null), "eth_getTransactionReceipt"),
        (proxy, _) => proxy.Fail(new ProxyFault.Lie((_, _) => "0x0"), "eth_getTransactionCount"),
        (proxy, _) => proxy.Fail(new ProxyFault.Refuse(TooMany, "query returned more than 10000 results"), "eth_getLogs"),
    ];

    /// <summary>Until it is cancelled; the node is well then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Some(), TimeProvider.System, cancellationToken);
                random.GetItems(_moods, 1)[0](proxy, random);
                await Task.Delay(Some(), TimeProvider.System, cancellationToken);
                proxy.Heal();
            }
        }
        catch (OperationCanceledException)
        {
            proxy.Heal();
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_moods.Length} moods");

    private TimeSpan Some() => TimeSpan.FromSeconds(LeastSeconds + random.NextDouble() * (MostSeconds - LeastSeconds));

    private static Func<System.Text.Json.Nodes.JsonNode?, bool> Share(Random random, double share)
    {
        Random own = new(random.Next());
        return _ =>
        {
            lock (own)
            {
                return own.NextDouble() < share;
            }
        };
    }
}
