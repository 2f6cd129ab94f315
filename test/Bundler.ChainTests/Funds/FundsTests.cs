using System.Runtime.Versioning;
using System.Text.Json;
using Bundler.Engine.Development;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Funds;

/// <summary>The operator's money is sacred: what the node moves of it, where it goes, how much a day, and that a crash changes nothing of that.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FundsTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly UInt256 _ether = UInt256.ParseDecimal("1000000000000000000");
    private static readonly Address _treasury = Address.Parse("0x7EA5000000000000000000000000000000007ea5");
    private static readonly Address _one = DevAccounts.All[3].Address;
    private static readonly Address _two = DevAccounts.All[4].Address;

    private SecretFolder _folder = null!;
    private AnvilProcess _anvil = null!;
    private HttpTransport _http = null!;
    private EthClient _eth = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _folder = new SecretFolder();
        _anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 });
        _http = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        _eth = new EthClient(_http);
        await SetBalanceAsync(_one, _ether * 10_000);
    }

    [TearDown]
    public async Task EndAsync()
    {
        _http.Dispose();
        await _anvil.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Profit_above_the_band_goes_to_the_treasury_once()
    {
        await using NodeProcess node = await StartAsync(Sweep(perDay: 100_000));
        await BalanceAsync(_treasury, _ether * 9_900);
        await ChecksAsync();

        Assert.That(await _eth.GetBalanceAsync(_treasury, BlockTag.Latest, CancellationToken.None), Is.EqualTo(_ether * 9_900));
        Assert.That(await _eth.GetTransactionCountAsync(_one, BlockTag.Latest, CancellationToken.None), Is.EqualTo(1));
        Assert.That(await _eth.GetBalanceAsync(_one, BlockTag.Latest, CancellationToken.None), Is.InRange(_ether * 99, _ether * 100));

        await _anvil.RpcAsync("anvil_setBalance", _one.ToString(), (_ether * 1_100).ToQuantity());
        await BalanceAsync(_treasury, _ether * 10_900);
    }

    [Test]
    public async Task The_cap_of_a_day_holds_across_a_kill()
    {
        await using NodeProcess first = await StartAsync(Sweep(perDay: 150));
        await BalanceAsync(_treasury, _ether * 150);
        await first.KillAsync();
        await using NodeProcess second = await first.RestartAsync();
        await ChecksAsync();

        Assert.That(await _eth.GetBalanceAsync(_treasury, BlockTag.Latest, CancellationToken.None), Is.EqualTo(_ether * 150));
        Assert.That(await _eth.GetTransactionCountAsync(_one, BlockTag.Latest, CancellationToken.None), Is.EqualTo(1));
    }

    [TestCase(FaultPoint.AfterSignedBeforeStored)]
    [TestCase(FaultPoint.AfterStoredBeforeSent)]
    [TestCase(FaultPoint.AfterSentBeforeRecorded)]
    [TestCase(FaultPoint.BeforeBundleClosed)]
    public async Task Killed_on_the_way_of_a_transfer_it_is_made_exactly_once(FaultPoint point)
    {
        await using NodeProcess first = await StartAsync([.. Sweep(perDay: 100_000), "--Bundler:Funds:CheckSeconds=1", $"--Bundler:Development:DieAt={point}"]);
        await first.EndAsync();
        await using NodeProcess second = await first.RestartAsync("--Bundler:Development:DieAt=None");
        await BalanceAsync(_treasury, _ether * 9_900);
        await ChecksAsync();

        Assert.That(await _eth.GetBalanceAsync(_treasury, BlockTag.Latest, CancellationToken.None), Is.EqualTo(_ether * 9_900));
        Assert.That(await _eth.GetTransactionCountAsync(_one, BlockTag.Latest, CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task A_poor_signer_is_topped_up_by_the_funding_signer_until_the_cap_of_the_day()
    {
        await SetBalanceAsync(_two, UInt256.Zero);
        await using NodeProcess node = await StartAsync(
        [
            $"--Bundler:Funds:FundBelowWei={_ether / 2}", $"--Bundler:Funds:FundToWei={_ether}", $"--Bundler:Funds:MaxTopUpPerDayWei={_ether * 2}",
            $"--Bundler:Funds:FundingSigner={_one}", "--Bundler:Funds:CheckSeconds=0.3", "--Bundler:Submission:SignerRefreshSeconds=1",
            "--signer-key-file", _folder.Write("keys", $"{DevAccounts.All[3].PrivateKey}\n{DevAccounts.All[4].PrivateKey}\n"),
        ]);
        await BalanceAsync(_two, _ether);
        await SetBalanceAsync(_two, _ether / 10);
        await BalanceAsync(_two, _ether);
        await SetBalanceAsync(_two, _ether / 10);
        await Eventually.Async(() => Task.FromResult(node.Output.Contains("[8502]", StringComparison.Ordinal)), _deadline, "the cap is told");
        await ChecksAsync();

        Assert.That(node.Output, Does.Match($"crit: .*\\[8502\\] A signer is below its band and is not topped up: the day's cap of {_ether * 2} wei is reached"));
        Assert.That(await _eth.GetBalanceAsync(_two, BlockTag.Latest, CancellationToken.None), Is.EqualTo(_ether / 10));
        Assert.That(await _eth.GetTransactionCountAsync(_one, BlockTag.Latest, CancellationToken.None), Is.EqualTo(2));
        (int _, JsonElement health) = await node.ReadinessAsync();
        Assert.That(health.GetProperty("checks").GetProperty("signers").GetProperty("detail").GetString(), Is.EqualTo("1 of 2 can send bundles"));
    }

    [Test]
    public async Task Unless_configured_nothing_is_ever_transferred()
    {
        await using NodeProcess node = await StartAsync(["--Bundler:Funds:CheckSeconds=0.1", "--signer-key-file", _folder.Write("key", DevAccounts.All[3].PrivateKey)]);
        await ChecksAsync();

        Assert.That(await _eth.GetBalanceAsync(_one, BlockTag.Latest, CancellationToken.None), Is.EqualTo(_ether * 10_000));
    }

    [Test]
    public async Task A_treasury_that_is_a_signer_keeps_the_node_from_starting()
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(
            ["--rpc-url", _anvil.Url.ToString(), "--port", "0", "--data-dir", _folder.PathOf("data"), .. Sweep(perDay: 1), $"--Bundler:Funds:Treasury={_one}"]);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("for 1 reason:").And.Contain($"The treasury {_one} is the zero address, a signer, or an EntryPoint"));
    }

    private Task<NodeProcess> StartAsync(string[] arguments) => NodeProcess.StartAsync(_anvil.Url, arguments);

    private string[] Sweep(uint perDay) =>
    [
        $"--Bundler:Funds:Treasury={_treasury}", $"--Bundler:Funds:SweepAboveWei={_ether * 1_000}", $"--Bundler:Funds:SweepToWei={_ether * 100}",
        $"--Bundler:Funds:MaxSweepPerDayWei={_ether * perDay}", "--Bundler:Funds:CheckSeconds=0.3",
        "--signer-key-file", _folder.Write("key", DevAccounts.All[3].PrivateKey),
    ];

    private Task SetBalanceAsync(Address account, UInt256 wei) => _anvil.RpcAsync("anvil_setBalance", account.ToString(), wei.ToQuantity());

    private Task BalanceAsync(Address account, UInt256 wei) => Eventually.Async(
        async () => await _eth.GetBalanceAsync(account, BlockTag.Latest, CancellationToken.None) == wei, _deadline, $"{account} has {wei}");

    /// <summary>Long enough for several looks at the balances.</summary>
    private async Task ChecksAsync()
    {
        ulong until = await _eth.BlockNumberAsync(CancellationToken.None) + 6;
        await Eventually.Async(async () => await _eth.BlockNumberAsync(CancellationToken.None) >= until, _deadline, "some blocks have passed");
    }
}
