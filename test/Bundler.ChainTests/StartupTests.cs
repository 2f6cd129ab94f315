using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests;

/// <summary>The node as a process: how it starts, and every reason for which it does not.</summary>
public sealed class StartupTests
{
    private const string Refused = "The node does not start, for ";

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;
    private string _folder = "";

    [OneTimeSetUp]
    public async Task StartChainAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _folder = Directory.CreateTempSubdirectory("bundler-startup-").FullName;
    }

    [OneTimeTearDown]
    public async Task StopChainAsync()
    {
        await _anvil.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_node_says_that_it_is_ready_once_it_serves()
    {
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url);

        Assert.That(
            node.ReadyLine,
            Is.EqualTo($"Bundler is ready on http://127.0.0.1:{node.Url.Port} (chain 1337, EntryPoints 0.6 0.7 0.8 0.9), operators on {node.OperatorUrl.ToString().TrimEnd('/')}"));
        Assert.That((await node.RpcAsync("eth_chainId")).GetString(), Is.EqualTo("0x539"));
        Assert.That((await node.RpcAsync("web3_clientVersion")).GetString(), Is.EqualTo("bundler/0.1.0 (javascript)"));
        Assert.That((await node.RpcAsync("eth_supportedEntryPoints")).EnumerateArray().Select(address => address.GetString()), Is.EqualTo(new[]
        {
            Deployments.EntryPointV06.ToString(), Deployments.EntryPointV07.ToString(),
            Deployments.EntryPointV08.ToString(), Deployments.EntryPointV09.ToString(),
        }));
        (int live, JsonElement _) = await node.GetAsync("/health/live");
        (int ready, JsonElement body) = await node.ReadinessAsync();
        Assert.That((live, ready), Is.EqualTo((200, 200)), body.ToString());
        Assert.That(body.GetProperty("checks").EnumerateObject().Select(check => check.Name), Is.EqualTo(new[] { "ethereumNode", "head", "index", "signers", "senders", "risk", "storage", "validation", "accepting", "duties" }));
        Assert.That(node.Output, Does.Contain($"the key that everybody knows, {DevAccounts.All[1].Address}"));
    }

    // Decision 0054.
    [Test]
    public async Task Idle_workers_of_the_node_sleep_at_once() => Assert.That(
        await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Bundler.Node.runtimeconfig.json")),
        Does.Contain("\"System.Threading.ThreadPool.UnfairSemaphoreSpinLimit\": 0"));

    [Test]
    public async Task A_node_serves_the_EntryPoints_that_are_listed_and_no_others()
    {
        await using NodeProcess node = await NodeProcess.StartAsync(
            _anvil.Url, "--entry-points", $"{Deployments.EntryPointV09},{Deployments.EntryPointV07}=0.7", "--signer-key-file", KeyFile(DevAccounts.All[3].PrivateKey));

        Assert.That(node.ReadyLine, Does.Contain("(chain 1337, EntryPoints 0.9 0.7)"));
        Assert.That(node.Output, Does.Not.Contain("everybody knows"));
        (int _, JsonElement body) = await node.ReadinessAsync();
        Assert.That(body.GetProperty("checks").GetProperty("signers").GetProperty("data")[0].GetProperty("address").GetString(), Is.EqualTo(DevAccounts.All[3].Address.ToString()));
    }

    [Test]
    public async Task A_node_ends_in_peace_and_starts_again_on_its_data()
    {
        await using NodeProcess first = await NodeProcess.StartAsync(_anvil.Url);

        Assert.That(await first.StopAsync(), Is.Zero, first.Output);

        await using NodeProcess second = await first.RestartAsync();
        await second.KillAsync();
        await using NodeProcess third = await second.RestartAsync();
        Assert.That((await third.ReadinessAsync()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Readiness_ends_while_the_Ethereum_node_is_silent_and_life_goes_on()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await using NodeProcess node = await NodeProcess.StartAsync(anvil.Url, "--Bundler:Health:MaxSilenceSeconds=1", "--Bundler:Ethereum:TimeoutSeconds=1");

        await anvil.PauseAsync();
        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 503, Eventually.Patience, "the node is not ready");
        (int status, JsonElement body) = await node.ReadinessAsync();
        Assert.That((await node.GetAsync("/health/live")).Status, Is.EqualTo(200));
        await anvil.ResumeAsync();

        Assert.That(status, Is.EqualTo(503));
        Assert.That(body.GetProperty("checks").GetProperty("ethereumNode").GetProperty("ok").GetBoolean(), Is.False);
        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 200, Eventually.Patience, "the node is ready again");
    }

    [Test]
    public async Task A_node_waits_for_an_Ethereum_node_that_starts_later()
    {
        ushort port = FreePort();
        Task<NodeProcess> starting = NodeProcess.StartAsync(new Uri($"http://127.0.0.1:{port}"));
        await using AnvilProcess late = await AnvilProcess.StartAsync(new AnvilOptions { Port = port });

        await using NodeProcess node = await starting;

        Assert.That((await node.RpcAsync("eth_chainId")).GetString(), Is.EqualTo("0x539"));
    }

    [Test]
    public async Task Without_an_Ethereum_node_it_says_so() =>
        await RefusesAsync(
            ["--rpc-url", $"http://127.0.0.1:{FreePort()}", "--Bundler:Ethereum:StartupTimeoutSeconds=5"],
            "The Ethereum node does not answer: the node at 127.0.0.1:");

    [Test]
    public async Task Without_a_URL_it_says_so() => await RefusesAsync([], "No Ethereum node: give its URL with --rpc-url or --rpc-url-file.");

    [Test]
    public async Task A_wrong_chain_id_is_refused() =>
        await RefusesAsync(OnChain("--Bundler:Chain:ChainId=31337"), "The Ethereum node is on chain 1337, and the configuration is for chain 31337 (dev-31337).");

    [Test]
    public async Task A_chain_that_no_file_describes_is_refused()
    {
        await using AnvilProcess other = await AnvilProcess.StartAsync(new AnvilOptions { ChainId = 4242 });

        await RefusesAsync(["--rpc-url", other.Url.ToString()], "The Ethereum node is on chain 4242, which no chain file describes: there are ");
    }

    [Test]
    public async Task An_EntryPoint_without_code_is_refused() =>
        await RefusesAsync(
            OnChain("--entry-points", "0x433709009B8330FDa32311DF1C2AFA402eD8D009"),
            "The EntryPoint 0x433709009B8330FDa32311DF1C2AFA402eD8D009 has no code on chain 1337.");

    [Test]
    public async Task An_EntryPoint_of_unknown_version_is_refused() =>
        await RefusesAsync(
            OnChain("--entry-points", Deployments.DeterministicDeployer.ToString()), $"The version of the EntryPoint {Deployments.DeterministicDeployer} is not known");

    [Test]
    public async Task A_missing_or_unfunded_signer_is_refused_in_production()
    {
        await using AnvilProcess bsc = await AnvilProcess.StartAsync(new AnvilOptions { ChainId = 56 });
        string[] arguments = ["--rpc-url", bsc.Url.ToString()];
        string poor = KeyFile("0x" + new string('1', 64));

        await RefusesAsync(arguments, "There is no signer for bundles on chain 56: name a key with --signer-key-file.");
        await RefusesAsync([.. arguments, "--signer-key-file", KeyFile(DevAccounts.All[3].PrivateKey)], "A key in this process (key file, keystore, mnemonic) does not sign on chain 56");
        await RefusesAsync([.. arguments, "--signer-key-file", poor, "--allow-local-key"], "The signer 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A has no funds on chain 56.");
    }

    [Test]
    public async Task A_signer_with_code_is_refused_where_EntryPoint_0_9_is_served()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await anvil.RpcAsync("anvil_setCode", DevAccounts.All[2].Address.ToString(), "0xef0100" + Deployments.EntryPointV07.ToString()[2..]);

        await RefusesAsync(
            ["--rpc-url", anvil.Url.ToString(), "--signer-key-file", KeyFile(DevAccounts.All[2].PrivateKey)], $"The signer {DevAccounts.All[2].Address} has code");
    }

    [Test]
    public async Task A_key_file_that_cannot_be_used_is_refused() =>
        await RefusesAsync(OnChain("--signer-key-file", Path.Combine(_folder, "nowhere")), "Bundler:Signing: the key file");

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task A_key_file_that_others_may_read_is_refused()
    {
        string path = KeyFile(DevAccounts.All[3].PrivateKey);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await RefusesAsync(OnChain("--signer-key-file", path), $"Bundler:Signing: the key file {path} is open to others than its owner: run chmod 600 on it.");
    }

    [Test]
    public async Task Without_a_tracer_it_is_refused() =>
        await RefusesAsync(OnChain("--Bundler:Validation:Tracer=Native"), "The Ethereum node has no tracer that validates operations");

    [Test]
    public async Task A_taken_port_is_refused()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await RefusesAsync(OnChain("--port", $"{port}"), $"The node cannot listen on 127.0.0.1:{port}: ");
    }

    [Test]
    public async Task A_data_directory_in_use_is_refused()
    {
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url);
        string[] arguments = OnChain();
        arguments[^1] = node.DataDirectory;

        await RefusesAsync(arguments, $"The data directory {node.DataDirectory} is in use by another process");
    }

    [Test]
    public async Task A_data_directory_in_use_is_refused_though_its_lock_file_was_removed()
    {
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url);
        File.Delete(Path.Combine(node.DataDirectory, "bundler.lock"));
        string[] arguments = OnChain();
        arguments[^1] = node.DataDirectory;

        await RefusesAsync(arguments, $"The data directory {node.DataDirectory} is in use by another process");
        Assert.That((await node.ReadinessAsync()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_database_that_is_taken_away_makes_the_node_not_ready_until_it_is_back()
    {
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url);
        string database = Path.Combine(node.DataDirectory, "bundler.db");
        File.Move(database, database + ".away");

        JsonElement body = default;
        await Eventually.Async(async () => (body = (await node.ReadinessAsync()).Body).GetProperty("status").GetString() == "notReady", _deadline, "it is not ready");
        Assert.That(body.GetProperty("checks").GetProperty("storage").ToString(), Does.Contain("was moved or removed"));

        File.Move(database + ".away", database);
        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 200, _deadline, "it is ready again");
        Assert.That(node.Output, Does.Contain("was moved or removed"));
    }

    [Test]
    public async Task All_findings_are_told_at_once()
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(
            [
                .. OnChain(), "--prot", "1", "--Bundler:Pol:MaxOperations=1", "--Bundler:Gas:BundleSize=0", "--Bundler:Chain:ChainId=56",
                "--entry-points", "0x433709009B8330FDa32311DF1C2AFA402eD8D009",
            ],
            new Dictionary<string, string> { ["BUNDLER__RPC__MAXBACH"] = "1" });

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain(Refused + "7 reasons:"));
        Assert.That(output, Does.Contain("- Unknown option --prot: did you mean --port?"));
        Assert.That(output, Does.Contain("- Unknown key Bundler:Pol:MaxOperations on the command line: did you mean Bundler:Pool:MaxOperations?"));
        Assert.That(output, Does.Contain("- Unknown key BUNDLER:RPC:MAXBACH in the environment: did you mean Bundler:Rpc:MaxBatch?"));
        Assert.That(output, Does.Contain("- Bundler:Gas: "));
        Assert.That(output, Does.Contain("- The Ethereum node is on chain 1337, and the configuration is for chain 56 (bsc)."));
        Assert.That(output, Does.Contain("- The EntryPoint 0x433709009B8330FDa32311DF1C2AFA402eD8D009 has no code on chain 1337."));
        Assert.That(output, Does.Contain("- There is no signer for bundles on chain 56"));
    }

    [Test]
    public async Task Check_config_judges_and_ends()
    {
        (int good, string goodOutput) = await NodeProcess.RunAsync(["check-config", .. OnChain()]);
        (int bad, string badOutput) = await NodeProcess.RunAsync(["check-config", .. OnChain("--Bundler:Chain:ChainId=1")]);

        Assert.That(good, Is.Zero, goodOutput);
        Assert.That(goodOutput, Does.Contain("The configuration is good: chain 1337 (dev), EntryPoints 0.6 0.7 0.8 0.9"));
        Assert.That(bad, Is.EqualTo(1));
        Assert.That(badOutput, Does.Contain("The Ethereum node is on chain 1337"));
    }

    [Test]
    public async Task Help_and_version_need_nothing()
    {
        (int help, string text) = await NodeProcess.RunAsync(["--help"]);
        (int version, string number) = await NodeProcess.RunAsync(["--version"]);

        Assert.That((help, version), Is.EqualTo((0, 0)));
        Assert.That(text, Does.Contain("--rpc-url URL").And.Contain("check-config"));
        Assert.That(number, Is.EqualTo("bundler/0.1.0"));
    }

    private static async Task RefusesAsync(string[] arguments, string sentence)
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(arguments);

        Assert.That(output, Does.Contain(Refused + "1 reason:").And.Contain(sentence));
        Assert.That(exitCode, Is.EqualTo(1));
    }

    private static ushort FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return (ushort)((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string[] OnChain(params string[] further) =>
        [.. further, "--rpc-url", _anvil.Url.ToString(), .. further.Contains("--port") ? [] : (string[])["--port", "0"], "--data-dir", Path.Combine(_folder, "data")];

    private string KeyFile(string key)
    {
        string path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(path, key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
