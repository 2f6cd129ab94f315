using System.Globalization;
using System.Text.Json.Nodes;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>An Ethereum node that hangs, fails or lies, with operations on their way through the bundler: in = out.</summary>
public sealed class EthereumNodeTests
{
    private AnvilProcess _anvil = null!;

    private static IEnumerable<TestCaseData> Silences()
    {
        yield return new TestCaseData(new ProxyFault.Stall(), 3, 1).SetArgDisplayNames("stalls");
        yield return new TestCaseData(new ProxyFault.Status(500), 3, 1).SetArgDisplayNames("answers 500");
        yield return new TestCaseData(new ProxyFault.Drop(), 3, 1).SetArgDisplayNames("closes connections");
        yield return new TestCaseData(new ProxyFault.LoseAnswer(), 3, 1).SetArgDisplayNames("does what it is asked and never answers");
        yield return new TestCaseData(new ProxyFault.Stall(), 30, 15).SetArgDisplayNames("stalls for 30 s").Explicit("the issue's own 30 s, with the default time limit of requests");
    }

    [OneTimeSetUp]
    public async Task StartChainAsync() => _anvil = await AnvilProcess.StartAsync();

    [OneTimeTearDown]
    public async Task StopChainAsync() => await _anvil.DisposeAsync();

    [TestCaseSource(nameof(Silences))]
    public async Task An_Ethereum_node_that(ProxyFault fault, int seconds, int timeoutSeconds)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_anvil.Url);
        await using NodeProcess node = await StartAsync(proxy, $"--Bundler:Ethereum:TimeoutSeconds={timeoutSeconds}", "--Bundler:Health:MaxSilenceSeconds=2");

        // Some are on their way when it begins, some come while it lasts.
        SimpleAccountWallet[] during = await traffic.FundAsync(2);
        await traffic.SendAsync(node);
        proxy.Fail(fault);
        long began = TimeProvider.System.GetTimestamp();
        Task late = traffic.SendFromAsync(node, during);
        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 503, Eventually.Patience, "it is not ready");
        await Eventually.Async(
            () => TimeProvider.System.GetElapsedTime(began).TotalSeconds >= seconds, TimeSpan.FromSeconds(seconds + 5), "the fault has lasted long enough");
        proxy.Heal();
        await late;

        await traffic.AssertInIsOutAsync(node);
        Assert.That((await node.ReadinessAsync()).Status, Is.EqualTo(200));
    }

    [TestCase(-1)]
    [TestCase(3)]
    public async Task An_Ethereum_node_that_lies_about_the_nonce_by(int error)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_anvil.Url);
        await using NodeProcess node = await StartAsync(proxy, "--Bundler:Submission:SignerRefreshSeconds=1", "--Bundler:Submission:ForeignQuietSeconds=1");
        await traffic.SendAsync(node, accounts: 1);
        await traffic.IncludedAsync(node);

        proxy.Fail(new ProxyFault.Lie((_, nonce) => Shifted(nonce, error)), "eth_getTransactionCount");
        int asked = proxy.CountOf("eth_getTransactionCount");
        await Eventually.Async(() => proxy.CountOf("eth_getTransactionCount") > asked, Eventually.Patience, "it has been told the lie");
        int sent = proxy.CountOf("eth_sendRawTransaction");
        await traffic.SendAsync(node);
        await Eventually.Async(() => proxy.CountOf("eth_sendRawTransaction") > sent, Eventually.Patience, "a bundle is sent with the nonce of the lie");
        proxy.Heal();

        await traffic.AssertInIsOutAsync(node);
    }

    private static Task<NodeProcess> StartAsync(FaultyProxy proxy, params string[] options) => NodeProcess.StartAsync(proxy.Url, ["--debug-api", .. options]);

    private static JsonValue Shifted(JsonNode? nonce, int error)
    {
        long told = long.Parse(((string)nonce!)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"0x{Math.Max(0, told + error):x}"));
    }
}
