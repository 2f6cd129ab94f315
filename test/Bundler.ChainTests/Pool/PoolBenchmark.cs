using System.Globalization;
using Bundler.ChainTests.Validation;
using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Pool;

/// <summary>scripts/bench pool: what pending operations cost in requests, memory and time.</summary>
[Explicit]
[Category("Pool")]
public sealed class PoolBenchmark
{
    private const EntryPointVersion Version = EntryPointVersion.V07;

    /// <summary>MB for 10,000 pending operations.</summary>
    private const long MaxRss = 200;
    private const int WarmUp = 50;
    private const int Takes = 500;

    private static readonly TimeProvider _clock = TimeProvider.System;
    private static readonly int _operations =
        int.Parse(Environment.GetEnvironmentVariable("BUNDLER_BENCH_OPERATIONS") ?? "10000", CultureInfo.InvariantCulture);

    [Test]
    public async Task Requests_of_a_bundle()
    {
        await using ValidationRig rig = await ValidationRig.StartAsync();
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(Version);
        Print("requests   n   changed   http   json-rpc   target");
        foreach ((int count, int changed) in ((int, int)[])[(1, 0), (10, 0), (10, 5), (10, 10), (40, 0), (40, 20), (40, 40)])
        {
            List<ValidatedOperation> operations = await ValidateAsync(rig, count, (ulong)(1_000 * count + changed));
            foreach (ValidatedOperation each in operations.Take(changed))
            {
                // The prefund is paid out of another pocket than at the first validation.
                await rig.SendAsync(entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(each.Operation.Sender), "0xde0b6b3a7640000");
            }

            ChainHead head = await rig.HeadAsync();
            rig.Counter.Clear();
            IReadOnlyList<Outcome<ValidationResult>> second = await rig.Validator.RevalidateAsync(operations, head, CancellationToken.None);
            Assert.That(second.Select(outcome => outcome.Rejection), Is.All.Null);
            Bytes call = entryPoint.Bundles.EncodeHandleOps([.. operations.Select(each => each.Operation)], DevAccounts.All[0].Address);
            BundleCheck third = await rig.Bundles.CheckAsync(
                [.. operations.Select((each, i) => new ValidatedOperation(entryPoint, each.Operation, second[i].Value))], call, DevAccounts.All[0].Address, 16_000_000, [head.BaseFeePerGas],
                ValidationRig.TimeLimit, CancellationToken.None);
            Assert.That(third.Fault, Is.Null);
            long items = rig.Counter.Snapshot().Values.Sum();
            Print($"requests {count,3}   {changed,7}   {rig.Counter.RoundTrips,4}   {items,8}   {count + 2,6}");
            Assert.That(rig.Counter.RoundTrips, Is.LessThanOrEqualTo(count + 2), "HTTP requests");
            Assert.That(items, Is.EqualTo(3 + changed), "JSON-RPC items");
        }
    }

    /// <summary>The re-read of a second validation beside a batch that asks for the same one by one, in turns.</summary>
    [Test]
    public async Task Time_of_a_second_validation()
    {
        const int rounds = 40;
        await using ValidationRig rig = await ValidationRig.StartAsync();
        foreach (int count in (int[])[10, 40])
        {
            List<ValidatedOperation> operations = await ValidateAsync(rig, count, (ulong)(50_000 * count));
            ChainHead head = await rig.HeadAsync();
            List<double> together = [];
            List<double> single = [];
            int items = 0;
            for (int i = -5; i < rounds; i++)
            {
                double read = await TimeAsync(() => rig.Validator.RevalidateAsync(operations, head, CancellationToken.None));
                double each = await TimeAsync(async () => items = await ReadOneByOneAsync(rig.Eth.Batch(), operations));
                if (i >= 0)
                {
                    together.Add(read);
                    single.Add(each);
                }
            }

            together.Sort();
            single.Sort();
            Print($"second     {count} unchanged operations: median {together[rounds / 2]:0.0} ms in 2 items, {single[rounds / 2]:0.0} ms in {items} items");
        }
    }

    [Test]
    public async Task Memory_of_an_operation_and_the_time_of_a_take()
    {
        const int measured = 200;
        await using ValidationRig rig = await ValidationRig.StartAsync();
        List<ValidatedOperation> validated = await ValidateAsync(rig, measured, 500_000);
        MemoryMempoolStore store = new();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<ValidatedOperation>? again = await ValidateAsync(rig, measured, 600_000);
        Mempool small = NewPool(store);
        for (int i = 0; i < measured; i++)
        {
            small.Restore(Entry(again[i].Operation, again[i].Validation, i));
        }

        again = null;
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / measured;
        GC.KeepAlive(small);
        Print($"memory     {each:#,0} managed bytes for each pending operation, with its validation; target 10,240");

        Mempool pool = NewPool(store);
        for (int i = 0; i < _operations; i++)
        {
            UserOperation operation = validated[i % measured].Operation with { Sender = A.AddressOf(i), MaxPriorityFeePerGas = (ulong)(1 + (i * 7919 % 1_000_000_000)) };
            pool.Restore(Entry(operation, validated[i % measured].Validation, i));
        }

        BundleChoice choice = Choice(rig.Chain);
        foreach (ulong baseFee in (ulong[])[0, 500_000_000])
        {
            double[] milliseconds = await TakeAsync(pool, choice, new FeeQuote(baseFee, SuggestedTip: 1, FloorTip: 1));
            double p95 = milliseconds[Takes * 95 / 100];
            Print(
                $"take       of {_operations} pending, base fee {baseFee / 1e9:0.0} gwei: median {milliseconds[Takes / 2]:0.00} ms, p95 {p95:0.00} ms, "
                + $"worst {milliseconds[^1]:0.00} ms; target 5 ms");
            Assert.That(p95, Is.LessThan(5));
        }
    }

    [Test]
    public async Task A_node_with_many_stored_operations()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(anvil.Url);
        using StoredCrowd crowd = await StoredCrowd.CreateAsync(anvil, Version, _operations);
        long start = _clock.GetTimestamp();
        await using NodeProcess node = await NodeProcess.StartOnAsync(crowd.Data, proxy.Url, "--debug-api", "--bundling", "manual");
        double ready = _clock.GetElapsedTime(start).TotalSeconds;
        Print($"start      {_operations} stored operations: ready after {ready:0.0} s; target 20 s");
        Assert.That(ready, Is.LessThan(20));
        Print($"rss        {Rss(node)} MB when ready; target {MaxRss} MB");

        await Eventually.Async(
            () => proxy.CountOf("debug_traceCall") >= _operations, TimeSpan.FromHours(1), "every operation has been validated again");
        long rss = Rss(node);
        double seconds = _clock.GetElapsedTime(start).TotalSeconds;
        int pending = (await node.RpcAsync("debug_bundler_dumpMempool", crowd.EntryPoint.Address.ToString())).GetArrayLength();
        Print(
            $"validated  {pending} of them again in the background after {seconds:0} s, rss {rss} MB; target {MaxRss} MB; "
            + $"{Rss(node)} MB after all of them were dumped as JSON");
        Assert.That(pending, Is.EqualTo(_operations));
        Assert.That(rss, Is.LessThan(MaxRss));
    }

    /// <summary>One bundle after the other at a pace, as blocks come; milliseconds in ascending order.</summary>
    private static async Task<double[]> TakeAsync(Mempool pool, BundleChoice choice, FeeQuote fees)
    {
        double[] milliseconds = new double[Takes];
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(5), _clock);
        for (int i = -WarmUp; i < Takes; i++)
        {
            await pace.WaitForNextTickAsync();
            long start = _clock.GetTimestamp();
            IReadOnlyList<MempoolEntry> bundle = pool.Take(choice.Choose(pool, fees));
            if (i >= 0)
            {
                milliseconds[i] = _clock.GetElapsedTime(start).TotalMilliseconds;
            }

            Assert.That(bundle, Is.Not.Empty);
            pool.Release(bundle.Select(entry => entry.UserOpHash));
        }

        Array.Sort(milliseconds);
        return milliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task> read)
    {
        long start = _clock.GetTimestamp();
        await read();
        return _clock.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<int> ReadOneByOneAsync(EthBatch batch, List<ValidatedOperation> operations)
    {
        Pending<Hash32>[] slots =
            [.. operations.SelectMany(each => each.Validation.ReadValues.Keys).Distinct().Select(key => batch.GetStorageAt(key.Contract, key.Slot, BlockTag.Latest))];
        Pending<UInt256>[] balances = [.. operations.Select(each => batch.GetBalance(each.Operation.Sender, BlockTag.Latest))];
        StateCall codes = StateCall.Of(operations.SelectMany(each => each.Validation.CodeHashes.Keys).Distinct().Select(StateQuestion.OfAccount)).Single();
        Pending<Bytes> hashes = batch.Call(codes.Request, BlockTag.Latest);
        await batch.SendAsync(CancellationToken.None);
        Assert.That((slots[^1].Failed, balances[^1].Failed, hashes.Failed), Is.EqualTo((false, false, false)));
        return batch.Count;
    }

    private static async Task<List<ValidatedOperation>> ValidateAsync(ValidationRig rig, int count, ulong salt)
    {
        List<ValidatedOperation> operations = [];
        for (int i = 0; i < count; i++)
        {
            SimpleAccountWallet wallet = await rig.WalletAsync(Version, salt + (ulong)i);
            UserOperation operation = wallet.Signed();
            ValidationReport report = await rig.ExamineAsync(wallet.EntryPoint, operation);
            operations.Add(new ValidatedOperation(wallet.EntryPoint, operation, report.Result!));
        }

        return operations;
    }

    private static Mempool NewPool(IMempoolStore store) =>
        new(SimpleAccountWallet.EntryPointOf(Version), new PoolOptions(), store, new OperationFeed(), _clock);

    private static MempoolEntry Entry(UserOperation operation, ValidationResult validation, int index)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(Version);
        return A.Entry(operation, validation, index) with { EntryPoint = entryPoint, UserOpHash = entryPoint.Hash(operation, 1337, null) };
    }

    private static BundleChoice Choice(ChainProfile chain)
    {
        IOptions<BundlingOptions> options = Options.Create(new BundlingOptions());
        ServiceProvider services = new ServiceCollection()
            .AddSingleton(options)
            .AddSingleton(chain)
            .AddSingleton(new WaitingForFees(_clock))
            .AddSingleton(new WaitingForHead())
            .AddSingleton(new StakePolicy(chain))
            .AddSingleton(new HeadFeed())
            .AddSingleton<GasCeiling>()
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton(new StakePolicy(chain))
            .AddSingleton(new RiskPurse(chain, new MemoryLedgerStore(), neverReverts: true))
            .AddSingleton<TrackRecord>()
            .AddSingleton<RiskWatch>()
            .AddSingleton<EngineMetrics>()
            .AddLogging()
            .AddSingleton(new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None))
            .BuildServiceProvider();
        return new BundleChoice(new BundleLimits(services), new SuspectList(options, _clock), options, NullLogger<BundleChoice>.Instance);
    }

    /// <summary>The resident memory of the process, in MB.</summary>
    private static long Rss(NodeProcess node) =>
        File.ReadLines($"/proc/{node.ProcessId}/status")
            .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
            .Single();

    private static void Print(FormattableString line) => TestContext.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => TestContext.Out.WriteLine(line);
}
