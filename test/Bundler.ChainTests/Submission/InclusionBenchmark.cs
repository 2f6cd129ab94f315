using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Submission.Load;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission;

/// <summary>scripts/bench inclusion: from acceptance to the block, what a bundle costs beside the bare handleOps, and what the node is asked for it.</summary>
[Explicit]
[Category("Inclusion")]
public sealed class InclusionBenchmark
{
    private const int Senders = 200;

    /// <summary>The money at risk under attack, wei: a few operations' validations at a time.</summary>
    private static readonly UInt256 Allowance = 2_000_000_000_000_000;

    private static readonly TimeSpan _deadline = Eventually.Patience;

    /// <summary>Arrivals in a second that a small machine with its own anvil can carry; BUNDLER_BENCH_RATE says otherwise.</summary>
    private static double Rate =>
        double.TryParse(Environment.GetEnvironmentVariable("BUNDLER_BENCH_RATE"), CultureInfo.InvariantCulture, out double rate) ? rate : 8;

    [TestCase(0.45)]
    [TestCase(1)]
    public async Task Inclusion_at_a_steady_rate(double blockTime)
    {
        await using LoadRig rig = await LoadRig.StartAsync(blockTime, Senders, counts: false);
        await LoadRun.AtRateAsync(rig, [.. Enumerable.Range(0, 20).Select(account => rig.Operation(account, 1))], Rate);
        UserOperation[] operations = [.. Enumerable.Range(0, Senders).Select(account => rig.Operation(account, 2))];

        LoadRun run = await LoadRun.AtRateAsync(rig, operations, Rate);

        TestContext.Out.WriteLine(LoadRun.Head());
        TestContext.Out.WriteLine(run.Line(string.Create(CultureInfo.InvariantCulture, $"{blockTime} s, open loop {Rate}/s"), blockTime));
        Assert.That((run.Accepted, run.Lost), Is.EqualTo((Senders, 0)), string.Join('\n', run.Refused));
    }

    /// <summary>Figures of other bundlers are without a tracer, which is what anvil spends its time on.</summary>
    [TestCase("traced")]
    [TestCase("traced, no last look", "--Bundler:Bundling:LastLook=false")]
    [TestCase("without a tracer", "--Bundler:Validation:Unsafe=true")]
    public async Task Inclusion_under_saturation(string what, params string[] arguments)
    {
        await using LoadRig rig = await LoadRig.StartAsync(1, Senders, counts: false, arguments);
        UserOperation[] operations = [.. Enumerable.Range(1, 4).SelectMany(key => Enumerable.Range(0, Senders).Select(account => rig.Operation(account, (ulong)key)))];

        LoadRun run = await LoadRun.ByCallersAsync(rig, operations, callers: 32);

        TestContext.Out.WriteLine(LoadRun.Head());
        TestContext.Out.WriteLine(run.Line($"1 s, 32 in flight, {what}", 1));
        Assert.That((run.Accepted, run.Lost), Is.EqualTo((operations.Length, 0)), string.Join('\n', run.Refused));
    }

    [Test]
    public async Task Gas_and_requests_of_bundles_of_ten()
    {
        const int Bundles = 10;
        const int Operations = 10;
        await using LoadRig rig = await LoadRig.StartAsync(0.5, Operations, counts: true, "--bundling", "manual");
        List<(ulong Bundled, ulong Bare)> gas = [];
        Dictionary<string, int> asked = [];
        for (ulong key = 1; key <= Bundles; key++)
        {
            ulong bare = await BareAsync(rig, [.. Enumerable.Range(0, Operations).Select(account => rig.Operation(account, 1_000 + key))]);
            UserOperation[] operations = [.. Enumerable.Range(0, Operations).Select(account => rig.Operation(account, key))];
            foreach (UserOperation operation in operations)
            {
                Assert.That((await rig.SendAsync(operation)).Error, Is.Null);
            }

            IReadOnlyDictionary<string, int> before = rig.Proxy!.Counts();
            string transaction = (await rig.Node.RpcAsync("debug_bundler_sendBundleNow")).GetString()!;
            foreach ((string method, int count) in rig.Proxy.Counts())
            {
                asked[method] = asked.GetValueOrDefault(method) + count - before.GetValueOrDefault(method);
            }

            TransactionReceipt receipt = (await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(transaction), CancellationToken.None))!;
            gas.Add((receipt.GasUsed, bare));
        }

        double mean = gas.Average(each => (double)each.Bundled / Operations);
        double worst = gas.Max(each => (double)each.Bundled / each.Bare);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"gas of an operation in bundles of {Operations}: {mean:0}, at most {worst:0.0000} of the bare handleOps"));
        TestContext.Out.WriteLine($"requests for one bundle of {Operations}, until it is mined and settled: {asked.Values.Sum() / (double)Bundles:0.0}");
        foreach ((string method, int count) in asked.Where(each => each.Value > 0).OrderByDescending(each => each.Value))
        {
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests: {method,-32} {count / (double)Bundles,6:0.0}"));
        }

        Assert.That(worst, Is.LessThanOrEqualTo(1.02));
    }

    [Test]
    public async Task Money_under_attack()
    {
        await using LoadRig rig = await LoadRig.StartAsync(
            1, 60, counts: false, "--Bundler:Rpc:OperatorAddress=127.0.0.1:0", $"--Bundler:Chain:RiskAllowanceWei={Allowance}");
        using Adversary adversary = new(rig);
        UInt256 start = await rig.BalanceAsync(LoadRig.Signer, BlockTag.Latest);
        UInt256 lowest = start;
        UInt256 last = start;
        int losses = 0;
        await foreach (UInt256 balance in adversary.RunAsync(TimeSpan.FromSeconds(60)))
        {
            lowest = UInt256.Min(lowest, balance);
            losses += balance < last ? 1 : 0;
            last = balance;
        }

        TestContext.Out.WriteLine($"attack: {adversary.Summary()}");
        TestContext.Out.WriteLine($"attack: the signer has {last - start} wei more, {UInt256.SubtractToZero(start, lowest)} wei less at worst; {losses} blocks in which it lost");
        (int status, string totals) = await rig.Node.GetOperatorsAsync("/ledger/totals");
        Assert.That(status, Is.EqualTo(200));
        TestContext.Out.WriteLine($"attack: ledger {JsonElement.Parse(totals).GetProperty("total")}");
        (_, string metrics) = await rig.Node.GetOperatorsAsync("/metrics");
        foreach (string line in metrics.Split('\n').Where(line => line.StartsWith("bundler_last_looks", StringComparison.Ordinal) || line.StartsWith("bundler_risk", StringComparison.Ordinal)))
        {
            TestContext.Out.WriteLine($"attack: {line}");
        }

        Assert.That(UInt256.SubtractToZero(start, lowest), Is.LessThanOrEqualTo(Allowance));
        Assert.That(last, Is.GreaterThan(start));
    }

    /// <summary>The gas of a handleOps of operations that are alike, without the bundler: from somebody else to himself.</summary>
    private static async Task<ulong> BareAsync(LoadRig rig, IReadOnlyList<UserOperation> operations)
    {
        string from = DevAccounts.All[3].Address.ToLowerHex();
        Bytes data = LoadRig.EntryPoint.Bundles.EncodeHandleOps(operations, DevAccounts.All[3].Address);
        JsonElement sent = await rig.Anvil.RpcAsync(
            "eth_sendTransaction", new { from, to = LoadRig.EntryPoint.Address.ToLowerHex(), data = data.ToString(), gas = "0xe4e1c0" });
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(sent.GetString()), CancellationToken.None)) is not null, _deadline, "bare handleOps");
        Assert.That(receipt!.Success, Is.True);
        return receipt.GasUsed;
    }
}
