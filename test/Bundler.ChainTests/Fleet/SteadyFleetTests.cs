using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Bundler.ChainTests.Ledger;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Operations keep coming while the leader of a fleet is killed and all nodes are restarted: none is lost, none doubled, and the ledger is the chain's.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SteadyFleetTests
{
    private const string Phrase = "test test test test test test test test test test test junk";
    private const int Signers = 3;
    private const int MostAccounts = 180;

    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly Address _beneficiary = Address.Parse("0xf1ee7000000000000000000000000000000000be");

    [Test]
    public Task Nothing_is_lost_or_doubled_while_the_leader_is_killed_and_the_next_one_restarted() =>
        RunAsync(nodes: 2, seconds: 20, perSecond: 5, kills: 1, isLeaderAloneRestarted: true);

    /// <summary>scripts/bench fleet.</summary>
    [Test]
    [Explicit]
    [Category("Fleet")]
    public Task Nothing_is_lost_or_doubled_while_leaders_are_killed_and_all_nodes_restarted_in_turn() => RunAsync(
        nodes: 3,
        seconds: Setting("BUNDLER_BENCH_SECONDS", 180),
        perSecond: Setting("BUNDLER_BENCH_RATE", 20),
        kills: 2,
        isLeaderAloneRestarted: false,
        // Traces on the test's own two cores would leave nothing for twenty operations a second.
        "--Bundler:Validation:Tracer=none",
        "--Bundler:Validation:Unsafe=true",
        "--Bundler:Node:HeartbeatMilliseconds=2000",
        "--Bundler:Node:LeaseMilliseconds=8000");

    private static async Task RunAsync(int nodes, int seconds, int perSecond, int kills, bool isLeaderAloneRestarted, params string[] arguments)
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 1 });
        using HttpTransport http = new(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        EthClient eth = new(http);
        using PrivateKey owner = PrivateKey.Generate();
        using SecretFolder secrets = new();
        int operations = seconds * perSecond;
        SimpleAccountWallet[] wallets = await DeployAsync(anvil, eth, owner, Math.Min(MostAccounts, operations));
        LedgerAudit audit = new(eth, [.. DevAccounts.All.Skip(1).Take(Signers).Select(account => account.Address)], _beneficiary);
        await audit.BeginAsync();
        await using FleetRig rig = await FleetRig.CreateAsync(anvil);
        FleetMembers members = await FleetMembers.StartAsync(
            rig,
            nodes,
            [
                $"--Bundler:Signing:MnemonicFile={secrets.Write("phrase", Phrase)}", "--Bundler:Signing:MnemonicFirstIndex=1", $"--Bundler:Signing:MnemonicCount={Signers}",
                $"--Bundler:Bundling:Beneficiary={_beneficiary}", .. arguments,
            ]);
        await members.LeaderAsync();
        await using NonceGaps gaps = NonceGaps.Watch(anvil);
        ulong begin = await eth.BlockNumberAsync(CancellationToken.None);
        SteadyTraffic traffic = new(anvil, members, wallets, perSecond);
        long start = TimeProvider.System.GetTimestamp();
        Task sending = traffic.SendAsync(operations);

        // What befalls the fleet comes at even distances, told by what has been sent.
        int befalls = kills + 1;
        List<TimeSpan> takeovers = [];
        for (int kill = 0; kill < kills; kill++)
        {
            await SentAsync(traffic, operations * (kill + 1) / (befalls + 1), sending);
            takeovers.Add(await members.KillAsync(await members.LeaderAsync()));
        }

        await SentAsync(traffic, operations * befalls / (befalls + 1), sending);
        List<TimeSpan> handovers = [];
        int first = await members.LeaderAsync();
        for (int place = first; place < first + (isLeaderAloneRestarted ? 1 : nodes); place++)
        {
            handovers.Add(await members.RestartAsync(place % nodes));
        }

        await sending;
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        await traffic.CountAsync(begin);
        Print($"{nodes} nodes, {traffic.Sent} operations in {took.TotalSeconds:0} s: {traffic.Accepted} accepted, {traffic.Lost} lost, {traffic.Doubled} doubled");
        Print($"{traffic.Unanswered} tries without an answer; refused at the moment: {traffic.Refusals}");
        Print($"takeover after kill -9   {Seconds(takeovers)}");
        Print($"hand-over at a restart   {Seconds(handovers)}");
        Print($"longest nonce gap {gaps.Longest.TotalSeconds:0.0} s, longest pause between bundles {traffic.LongestPause.TotalSeconds:0} s");
        Assert.That((traffic.Accepted, traffic.Lost, traffic.Doubled), Is.EqualTo((operations, 0, 0)));

        for (int place = 0; place < nodes; place++)
        {
            JsonElement totals = await SettledAsync(members.At(place), audit, operations);
            await audit.AssertEqualAsync(totals);
            Print($"ledger of node {place}: {totals.GetProperty("total").GetProperty("bundles").GetInt32()} bundles, net {totals.GetProperty("total").GetProperty("net").GetString()} wei, difference to the chain 0 wei");
        }
    }

    private static async Task<SimpleAccountWallet[]> DeployAsync(AnvilProcess anvil, EthClient eth, PrivateKey owner, int accounts)
    {
        SimpleAccountWallet[] wallets = new SimpleAccountWallet[accounts];
        for (int i = 0; i < accounts; i++)
        {
            SimpleAccountWallet wallet = wallets[i] = await SimpleAccountWallet.CreateAsync(eth, EntryPointVersion.V07, owner, (ulong)i);
            await anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
            await anvil.RpcAsync(
                "eth_sendTransaction",
                new { from = DevAccounts.All[5].Address.ToLowerHex(), to = wallet.Factory.ToLowerHex(), data = wallet.Operation().FactoryData.ToString(), gas = "0x4c4b40" });
        }

        foreach (SimpleAccountWallet wallet in wallets)
        {
            await Eventually.Async(
                async () => (await anvil.RpcAsync("eth_getCode", wallet.Address.ToLowerHex(), "latest")).GetString() != "0x", _deadline, "the accounts stand");
        }

        return wallets;
    }

    private static Task SentAsync(SteadyTraffic traffic, int operations, Task sending) =>
        Eventually.Async(() => traffic.Sent >= operations || sending.IsFaulted, TimeSpan.FromMinutes(10), $"{operations} operations are sent");

    private static async Task<JsonElement> SettledAsync(NodeProcess node, LedgerAudit audit, int operations)
    {
        JsonElement totals = default;
        await Eventually.Async(
            async () =>
            {
                (int status, string body) = await node.GetOperatorsAsync("/ledger/totals");
                Assert.That(status, Is.EqualTo(200), body);
                totals = JsonElement.Parse(body);
                return await audit.IsSettledAsync(totals, operations);
            },
            _deadline,
            $"the ledger has {operations} operations and every nonce: {totals}\n{node.Output}");
        return totals;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static string Seconds(List<TimeSpan> times)
    {
        TimeSpan[] sorted = [.. times.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", times.Select(time => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)))} s, median {sorted[(sorted.Length - 1) / 2].TotalSeconds:0.0} s");
    }

    private static void Print(FormattableString line) => TestContext.Out.WriteLine("fleet  " + line.ToString(CultureInfo.InvariantCulture));
}
