using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>Bundles on their ways through relays and conditions, on the running node.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[UnsupportedOSPlatform("windows")]
public sealed class SenderTests
{
    private const string Token = "Bearer correct-horse-battery";
    private static readonly TimeSpan Deadline = Eventually.Patience;

    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[3].PrivateKey);
    private AnvilProcess _anvil = null!;
    private FaultyProxy _public = null!;
    private FakeRelay _relay = null!;
    private DirectoryInfo _secrets = null!;
    private HttpTransport _http = null!;
    private ulong _salt = 80_000;

    [SetUp]
    public async Task Begin()
    {
        _anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 1 });
        _public = await FaultyProxy.StartAsync(_anvil.Url);
        _relay = await FakeRelay.StartAsync(_anvil.Url);
        _secrets = Directory.CreateTempSubdirectory("bundler-relay-");
        _http = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
    }

    [TearDown]
    public async Task End()
    {
        _http.Dispose();
        _owner.Dispose();
        await _relay.DisposeAsync();
        await _public.DisposeAsync();
        await _anvil.DisposeAsync();
        _secrets.Delete(recursive: true);
    }

    [Test]
    public async Task A_bundle_that_a_relay_swallows_goes_public_after_the_stated_time()
    {
        const double After = 3;
        _relay.Swallows = true;
        await using NodeProcess node = await StartAsync(
            "flashbots", "--Bundler:Submission:MaxReplacements=0", $"--Bundler:Senders:PublicAfterSeconds={After}", $"--Bundler:Senders:Relays:private:SigningKeyFile={Secret("key", DevAccounts.All[9].PrivateKey)}");

        string hash = await SendAsync(node);
        await Eventually.Async(() => _relay.Requests.Count > 0, Deadline, "the relay has it");
        long since = TimeProvider.System.GetTimestamp();
        await Eventually.Async(() => _public.CountOf("eth_sendRawTransaction") > 0, Deadline, "it is sent publicly");
        TimeSpan waited = TimeProvider.System.GetElapsedTime(since);
        await ReceiptAsync(node, hash);

        Assert.That(waited.TotalSeconds, Is.InRange(After - 0.5, After + 2.5));
        Assert.That(_relay.Requests[0].Headers["X-Flashbots-Signature"].ToString(), Does.StartWith($"{DevAccounts.All[9].Address}:0x"));
        Assert.That(node.Output, Does.Contain("private did not get it mined within 3 s"));
        await NumbersAsync(node, "private", numbers => Number(numbers, "sent") == 1 && Number(numbers, "missed") == 1 && Number(numbers, "included") == 0);
        await NumbersAsync(node, "public", numbers => Number(numbers, "sent") == 1 && Number(numbers, "included") == 1);
    }

    [TestCase("48club", "false")]
    [TestCase("blockrazor", "true")]
    [TestCase("bloxroute", "false")]
    public async Task A_relay_gets_bundles_mined_and_the_public_sees_none(string kind, string asBundle)
    {
        await using NodeProcess node = await StartAsync(
            kind, $"--Bundler:Senders:Relays:private:AsBundle={asBundle}", $"--Bundler:Senders:Relays:private:HeaderFiles:Authorization={Secret("token", Token)}");

        await ReceiptAsync(node, await SendAsync(node));

        Assert.That(_public.CountOf("eth_sendRawTransaction"), Is.Zero);
        Assert.That(_relay.Requests[0].Headers.Authorization.ToString(), Is.EqualTo(Token));
        Assert.That(node.Output, Does.Not.Contain("correct-horse"));
        await NumbersAsync(node, "private", numbers => Number(numbers, "sent") == 1 && Number(numbers, "included") == 1 && Number(numbers, "secondsToInclusion") < 10);
    }

    [Test]
    public async Task A_relay_that_refuses_leaves_the_bundle_to_the_next()
    {
        _relay.Refuse("unauthorized");
        await using NodeProcess node = await StartAsync("48club", "--Bundler:Senders:Order=private,public");

        await ReceiptAsync(node, await SendAsync(node));

        await NumbersAsync(node, "private", numbers => Number(numbers, "refused") == 1 && Number(numbers, "sent") == 0);
        await NumbersAsync(node, "public", numbers => Number(numbers, "included") == 1);
    }

    [Test]
    public async Task What_a_relay_says_shows_no_credential_and_moves_no_cursor()
    {
        string[] secrets = ["relay-user", "hunter-22", "path-key-0123", "query-key-4567"];
        string url = new UriBuilder(_relay.Url) { UserName = secrets[0], Password = secrets[1], Path = secrets[2], Query = $"apikey={secrets[3]}" }.Uri.AbsoluteUri;
        _relay.Refuse($"no access with {url} and {Token}\u001b[2J\u001b]0;owned\u0007\n2026-01-01 fake: line");
        await using NodeProcess node = await NodeProcess.StartAsync(
            _public.Url,
            "--Bundler:Senders:Relays:private:Kind=48club",
            $"--Bundler:Senders:Relays:private:UrlFile={Secret("url", url)}",
            $"--Bundler:Senders:Relays:private:HeaderFiles:x-token={Secret("token", Token)}",
            "--Bundler:Senders:Order=private,public");

        // After three refusals it rests, and health says because of what.
        for (int i = 0; i < 3; i++)
        {
            await ReceiptAsync(node, await SendAsync(node));
        }

        string health = (await node.ReadinessAsync()).Body.ToString();
        string metrics = (await node.GetOperatorsAsync("/metrics")).Body;

        Assert.That(node.Output, Does.Contain("Sender private refused").And.Contain("no access with http://[redacted]"));
        Assert.That(health, Does.Contain("no access with http://[redacted]"));
        Assert.That(node.Output.Any(character => char.IsControl(character) && character != '\n'), Is.False);
        foreach (string secret in secrets.Append("correct-horse"))
        {
            Assert.That(node.Output + health + metrics, Does.Not.Contain(secret));
        }
    }

    [Test]
    public async Task A_bundle_whose_conditions_fail_is_taken_back_and_goes_again()
    {
        _relay.Refuse("storage slot value condition not met");
        await using NodeProcess node = await NodeProcess.StartAsync(
            _public.Url,
            $"--Bundler:Ethereum:Endpoints:conditional:Url={_relay.Url}",
            "--Bundler:Ethereum:Endpoints:conditional:For=sends",
            "--Bundler:Senders:Order=conditional");

        string hash = await SendAsync(node);
        await Eventually.Async(() => _relay.Requests.Count > 0, Deadline, "the node is asked");
        JsonNode conditions = JsonNode.Parse(_relay.Requests[0].Body)!["params"]![1]!;
        Assert.That(conditions["knownAccounts"]!.AsObject(), Is.Not.Empty);
        Assert.That((string?)conditions["blockNumberMax"], Does.StartWith("0x"));
        Assert.That((string?)conditions["timestampMax"], Does.StartWith("0x"));
        await Eventually.Async(() => node.Output.Contains("ConditionalRejected", StringComparison.Ordinal), Deadline, "it is refused");

        _relay.Refuse(null);
        await ReceiptAsync(node, hash);
    }

    private Task<NodeProcess> StartAsync(string kind, params string[] arguments) => NodeProcess.StartAsync(
        _public.Url,
        [
            $"--Bundler:Senders:Relays:private:Kind={kind}",
            $"--Bundler:Senders:Relays:private:UrlFile={Secret("url", _relay.Url + "?token=correct-horse")}",
            "--Bundler:Senders:Order=private",
            .. arguments,
        ]);

    private async Task<string> SendAsync(NodeProcess node)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(new EthClient(_http), EntryPointVersion.V07, _owner, _salt++);
        await _anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return await node.SendAsync(wallet.EntryPoint, wallet.Signed());
    }

    private static Task ReceiptAsync(NodeProcess node, string hash) => Eventually.Async(
        async () => (await node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, Deadline, $"{hash} has a receipt");

    private static Task NumbersAsync(NodeProcess node, string sender, Func<JsonElement, bool> condition) => Eventually.Async(
        async () => condition((await node.ReadinessAsync()).Body.GetProperty("checks").GetProperty("senders").GetProperty("data").GetProperty(sender)),
        Deadline,
        $"the numbers of {sender}");

    private static double Number(JsonElement numbers, string name) => numbers.TryGetProperty(name, out JsonElement number) ? number.GetDouble() : double.NaN;

    private string Secret(string name, string content)
    {
        string path = Path.Combine(_secrets.FullName, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
