using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Logs;

/// <summary>Issue 8: no key, password or URL credential ever appears in a log.</summary>
public sealed class SecretsInLogsTests
{
    /// <summary>scripts/test runs it after all others, over what all their nodes printed.</summary>
    [Test]
    [Explicit("searches the logs of a run that is over")]
    [Category("AfterTheRun")]
    public void No_log_of_the_run_shows_a_secret()
    {
        string[] logs = Directory.Exists(NodeLogs.Folder) ? Directory.GetFiles(NodeLogs.Folder) : [];
        string[] found = [.. logs.SelectMany(log => File.ReadLines(log).SelectMany(line => TestSecrets.In(line).Select(_ => $"{log}: {line}"))).Take(20)];
        TestContext.Out.WriteLine($"{logs.Length} logs, {logs.Sum(log => new FileInfo(log).Length)} bytes, {TestSecrets.All.Count} secrets");

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Every_secret_is_found_wherever_it_stands()
    {
        Assert.That(TestSecrets.All, Has.Count.GreaterThanOrEqualTo(20));
        foreach (string secret in TestSecrets.All)
        {
            Assert.That(TestSecrets.In($"info: Bundler[1] at http://u:{secret.ToUpperInvariant()}@host/"), Does.Contain(secret));
        }

        Assert.That(TestSecrets.In($"info: Bundler.Node[9002] {DevAccounts.All[1].Address}"), Is.Empty);
    }

    [Test]
    public async Task Credentials_of_a_URL_and_of_headers_are_shown_nowhere_even_when_all_is_logged_and_everything_fails()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(anvil.Url);
        Uri url = new($"http://operator:{TestSecrets.UrlPassword}@{proxy.Url.Authority}/v3/{TestSecrets.UrlApiKey}");
        string[] settings =
        [
            "--Bundler:Logging:Level=Trace", $"--Bundler:Ethereum:Headers:X-Api-Key={TestSecrets.HeaderToken}",
            "--Bundler:Ethereum:TimeoutSeconds=1", "--Bundler:Ethereum:MaxAttempts=1", "--Bundler:Health:MaxSilenceSeconds=1",
        ];
        await using NodeProcess node = await NodeProcess.StartAsync(url, settings);
        string pages = "";
        foreach (ProxyFault fault in new ProxyFault[] { new ProxyFault.Status(), new ProxyFault.Drop(), new ProxyFault.Stall(), new ProxyFault.Refuse() })
        {
            proxy.Fail(fault);
            await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 503, Eventually.Patience, $"{fault} is noticed");
            pages += (await node.ReadinessAsync()).Body;
            pages += await node.CallAsync("eth_getUserOperationReceipt", "0x" + new string('1', 64));
            proxy.Heal();
            await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 200, Eventually.Patience, "the node is ready again");
        }

        (int _, string refusal) = await NodeProcess.RunAsync(["--rpc-url", $"http://operator:{TestSecrets.UrlPassword}@127.0.0.1:1/{TestSecrets.UrlApiKey}", "--Bundler:Ethereum:StartupTimeoutSeconds=5"]);

        Assert.That(node.Output, Does.Contain(proxy.Url.Authority), "faults name the node");
        Assert.That(refusal, Does.Contain("127.0.0.1:1"));
        Assert.That(TestSecrets.In(node.Output + pages + refusal), Is.Empty);
    }
}
