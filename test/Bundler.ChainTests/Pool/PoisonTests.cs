using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Pool;

/// <summary>
/// Good operations with a fifth of poison among them that goes bad after it was accepted: every good one is included exactly once, every poison one
/// ends with its reason, and nobody but who is to blame loses standing. A kill -9 in the middle changes nothing.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class PoisonTests
{
    private const int GoodOnesForEachPoison = 4;
    private const int SponsoredEach = 8;

    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(10);
    private static readonly PoisonKind[] _kinds = Enum.GetValues<PoisonKind>();

    private readonly List<Poison> _poison = [];
    private readonly List<string> _good = [];
    private DirectoryInfo _folder = null!;
    private InclusionRig _rig = null!;
    private FaultyProxy _proxy = null!;

    /// <summary>When the node is killed, and begins its next life.</summary>
    public enum Kill
    {
        Never,

        WhileSecondValidation,

        BetweenSentAndMined,
    }

    [SetUp]
    public async Task BeginAsync()
    {
        _folder = Directory.CreateTempSubdirectory("bundler-poison-");
        _rig = await InclusionRig.StartAsync(withNode: false);
        _proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        await _proxy.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [TestCase(EntryPointVersion.V06, Kill.BetweenSentAndMined)]
    [TestCase(EntryPointVersion.V07, Kill.Never)]
    [TestCase(EntryPointVersion.V09, Kill.WhileSecondValidation)]
    public Task A_fifth_of_poison_of_every_kind(EntryPointVersion version, Kill kill) => PlayAsync(version, kill, _kinds.Length * GoodOnesForEachPoison);

    [Test]
    [Explicit]
    [Category("Poison")]
    public Task Over_every_EntryPoint_and_killed_at_every_moment([Values] EntryPointVersion version, [Values] Kill kill) =>
        PlayAsync(version, kill, _kinds.Length * GoodOnesForEachPoison);

    [Test]
    [Explicit]
    [Category("Poison")]
    public Task A_fifth_of_poison_among_many([Values] Kill kill) => PlayAsync(
        EntryPointVersion.V07, kill, int.Parse(Environment.GetEnvironmentVariable("BUNDLER_BENCH_OPERATIONS") ?? "500", CultureInfo.InvariantCulture));

    private async Task PlayAsync(EntryPointVersion version, Kill kill, int good)
    {
        string admitted = Path.Combine(_folder.FullName, "alt-mempools.json");
        await File.WriteAllTextAsync(admitted, """[{ "name": "turncoats", "rule": "OP-011" }]""");
        await _rig.StartNodeAsync(
            _proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Chain:MinStakeWei=1", "--Bundler:Chain:MinUnstakeDelaySeconds=1",
            "--Bundler:Bundling:DropAfterFailures=2", $"--Bundler:Validation:AltMempoolFile={admitted}",
            $"--Bundler:Reputation:Allow:0={SimpleAccountWallet.FactoryOf(version)}");
        Address sponsor = await PoisonCabinet.SponsorAsync(_rig, version);
        await FillAsync(new PoisonCabinet(_rig, version, sponsor), version, good);
        await BundleAsync(kill);

        foreach (string hash in _good)
        {
            Assert.That((await _rig.ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
            object filter = new { fromBlock = "0x0", topics = new[] { EntryPointEvents.UserOperationEvent.Topic.ToString(), hash } };
            Assert.That((await _rig.Anvil.RpcAsync("eth_getLogs", filter)).GetArrayLength(), Is.EqualTo(1), "included exactly once");
        }

        List<string> ends = [];
        foreach (Poison poison in _poison)
        {
            ends.Add($"{poison.Kind}: {await EndAsync(poison)}");
        }

        await AssertReputationsAsync(version, sponsor, kill);
        foreach (IGrouping<string, string> end in ends.GroupBy(end => end))
        {
            TestContext.Out.WriteLine($"poison  {version} killed {kill}: {end.Count()} × {end.Key}");
        }

        TestContext.Out.WriteLine($"poison  {version} killed {kill}: {_good.Count} good ones included once each, {_poison.Count} poison ones ended");
    }

    private async Task FillAsync(PoisonCabinet cabinet, EntryPointVersion version, int good)
    {
        for (int i = 0; i < good; i++)
        {
            SimpleAccountWallet wallet = await _rig.WalletAsync(version);
            Func<UserOperation, UserOperation>? sponsored = i % SponsoredEach == 0 ? cabinet.Sponsored : null;
            _good.Add(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet, sponsored)));
            if ((i + 1) % GoodOnesForEachPoison == 0)
            {
                _poison.AddRange(await cabinet.BrewAsync(_kinds[i / GoodOnesForEachPoison % _kinds.Length]));
            }
        }
    }

    /// <summary>Lets the node bundle all there is, perhaps in two lives.</summary>
    private async Task BundleAsync(Kill kill)
    {
        switch (kill)
        {
            case Kill.WhileSecondValidation:
                _proxy.Fail(new ProxyFault.Stall(), "debug_traceCall");
                int asked = _proxy.CountOf("debug_traceCall");
                await BeginBundleUntilAsync(() => Task.FromResult(_proxy.CountOf("debug_traceCall") > asked));
                await KillAsync();
                break;
            case Kill.BetweenSentAndMined:
                await _rig.Anvil.RpcAsync("evm_setAutomine", false);
                await BeginBundleUntilAsync(async () => (await _rig.Anvil.RpcAsync("txpool_status")).GetProperty("pending").GetString() != "0x0");
                await KillAsync();
                await _rig.Anvil.RpcAsync("evm_setAutomine", true);
                await _rig.Anvil.RpcAsync("evm_mine");
                break;
            default:
                await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");
                break;
        }
    }

    private async Task BeginBundleUntilAsync(Func<Task<bool>> condition)
    {
        Task<JsonElement> unanswered = _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        await Eventually.Async(condition, _deadline, $"the node is at it; {_rig.Node.Output}");
        _ = unanswered.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
    }

    private async Task KillAsync()
    {
        await _rig.Node.KillAsync();
        _proxy.Heal();
        await _rig.RestartNodeAsync("--bundling", "auto");
    }

    /// <summary>Waits for the end that the poison must have; its reason without the hashes in it.</summary>
    private async Task<string> EndAsync(Poison poison)
    {
        JsonElement status = default;
        await Eventually.Async(
            async () => (status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", poison.UserOpHash)).GetProperty("status").GetString()
                is "dropped" or "replaced" or "included" or "final",
            _deadline,
            $"{poison.Kind} {poison.UserOpHash} ends; {_rig.Node.Output}");
        string end = status.GetProperty("status").GetString()!;
        string? reason = status.GetProperty("reason").GetString();
        Assert.That(end == "final" ? "included" : end, Is.EqualTo(poison.End), $"{poison.Kind}: {reason}");
        if (poison.Reason is { } expected)
        {
            Assert.That(reason, Does.Match(expected.ToString()), $"{poison.Kind}");
            return $"{end}, {Changing().Replace(reason!, "…")}";
        }

        Assert.That(status.GetProperty("success").GetBoolean(), Is.False, $"{poison.Kind} failed in its block");
        return "included, success: false";
    }

    private async Task AssertReputationsAsync(EntryPointVersion version, Address sponsor, Kill kill)
    {
        JsonElement dump = await _rig.Node.RpcAsync("debug_bundler_dumpReputation", SimpleAccountWallet.EntryPointOf(version).Address.ToString());
        Dictionary<Address, JsonElement> known = dump.EnumerateArray().ToDictionary(entry => Address.Parse(entry.GetProperty("address").GetString()));
        foreach (Poison poison in _poison.Where(poison => poison.Paymaster is not null))
        {
            string standing = known.TryGetValue(poison.Paymaster!.Value, out JsonElement entry) ? entry.GetProperty("status").GetString()! : "ok";
            Assert.That(standing, Is.EqualTo(poison.Standing), $"the paymaster of {poison.Kind}");
        }

        JsonElement innocent = known[sponsor];
        Assert.That(innocent.GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That(known.Values.Count(entry => entry.GetProperty("status").GetString() != "ok"), Is.EqualTo(_poison.Count(poison => poison.Standing != "ok")));
        if (kill == Kill.Never)
        {
            // Counters are stored every second: a kill may forget the last ones.
            int sponsored = (_good.Count + SponsoredEach - 1) / SponsoredEach;
            Assert.That(
                (innocent.GetProperty("opsSeen").GetString(), innocent.GetProperty("opsIncluded").GetString()),
                Is.EqualTo((Hex.EncodeQuantity((ulong)sponsored), Hex.EncodeQuantity((ulong)sponsored))),
                "the sponsor is not blamed for its accounts");
        }
    }

    [GeneratedRegex("0x[0-9a-fA-F]{8,}|[0-9]{4}-[0-9T:.+-]+")]
    private static partial Regex Changing();
}
