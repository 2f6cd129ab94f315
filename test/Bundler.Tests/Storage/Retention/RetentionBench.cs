using System.Globalization;
using System.Text;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Storage.Retention;
using Bundler.Testing;
using Bundler.Tests.Ethereum;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Retention;

/// <summary>
/// What operations take in the store, as the node writes them on their way, and what moving them out costs those who write beside it; <c>scripts/bench retention</c>.
/// </summary>
[Explicit("prints a measurement"), Category("Retention")]
[TestFixture(StorageKind.Sqlite)]
[TestFixture(StorageKind.Postgres)]
public sealed class RetentionBench(StorageKind kind)
{
    private const int OperationsOfABundle = 5;
    private const int UnderWay = 32;
    private const int Inserts = 400;
    private const int GentleSteps = 20;
    private const int Remembered = 1024;

    // As those of a simple account on a public chain.
    private const int OperationHexDigits = 1_400;
    private const int LogsHexDigits = 1_600;
    private const int ReceiptHexDigits = 8_000;
    private const int RawBytes = 4_000;

    private static readonly DateTimeOffset _late = Stored.Noon.AddYears(10);
    private static readonly int _operations =
        int.TryParse(Environment.GetEnvironmentVariable("BUNDLER_BENCH_OPERATIONS"), CultureInfo.InvariantCulture, out int wanted) ? wanted : 100_000;

    private SqliteTestDatabase? _sqlite;
    private PostgresCluster? _cluster;
    private DirectoryInfo? _folder;
    private SqlDatabase _database = null!;
    private int _inserted;

    private SqlOperationHistoryStore History => new(_database);

    private SqlMempoolStore Mempool => new(_database);

    private SqlSubmissionStore Submissions => new(_database);

    private SqlRetentionStore Store => new(_database);

    [SetUp]
    public async Task OpenAsync()
    {
        if (kind == StorageKind.Sqlite)
        {
            _database = (_sqlite = new SqliteTestDatabase()).Connect();
        }
        else
        {
            _folder = Directory.CreateTempSubdirectory("bundler-bench-");
            _cluster = await PostgresCluster.StartAsync("fsync=on", "full_page_writes=on");
            string file = Path.Combine(_folder.FullName, "connection");
            await File.WriteAllTextAsync(file, await _cluster.CreatePlaceAsync());
            _database = new SqlDatabase(
                new PostgresDialect(new StorageOptions { Kind = kind, ConnectionStringFile = file, StatementSeconds = 600 }), NullLogger<SqlDatabase>.Instance);
        }

        await _database.OpenAsync(default);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _database.DisposeAsync();
        await (_sqlite?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    [Test]
    public async Task What_operations_take_and_what_moving_them_costs()
    {
        int bundles = _operations / OperationsOfABundle;
        TimeSpan filling = await TimeAsync(() => FillAsync(0, bundles));
        await FinalizeAsync(bundles);
        Print($"{_operations:N0} operations written in {filling.TotalSeconds:F0} s, {_operations / filling.TotalSeconds:F0} a second");
        await PrintSizesAsync("full");

        Print($"an insert alone: {await InsertAsync(count => count == Inserts)}");
        Task<int> gentle = MoveAsync(200, TimeSpan.FromMilliseconds(500), GentleSteps);
        Print($"an insert beside the default steps: {await InsertAsync(_ => gentle.IsCompleted)}");
        long begun = TimeProvider.System.GetTimestamp();
        Task<int> eager = MoveAsync(200, TimeSpan.Zero, int.MaxValue);
        Print($"an insert beside steps without a pause: {await InsertAsync(_ => eager.IsCompleted)}");
        TimeSpan moving = TimeProvider.System.GetElapsedTime(begun);
        Print($"moved {await gentle:N0} operations in {GentleSteps} default steps, {await eager:N0} without a pause in {moving.TotalSeconds:F0} s");
        TimeSpan transactions = await TimeAsync(() => ByTimeAsync(after => Store.MoveTransactionsAsync(after, _late, 200, Fence.Sole, default)));
        TimeSpan ledger = await TimeAsync(() => ByTimeAsync(after => Store.MoveLedgerAsync(after, _late, 50, Fence.Sole, default)));
        Print($"{bundles:N0} transactions in {transactions.TotalSeconds:F0} s, as many entries of the ledger in {ledger.TotalSeconds:F0} s");
        await PrintSizesAsync("moved");

        await FillAsync(bundles, bundles / 2);
        await PrintSizesAsync("half as many again");
    }

    private async Task FillAsync(int first, int bundles) => await Parallel.ForAsync(
        first, first + bundles, new ParallelOptions { MaxDegreeOfParallelism = UnderWay }, async (number, _) => await BundleAsync(number));

    /// <summary>Operations from the mempool through a bundle into the index, with every word of the node about them.</summary>
    private async Task BundleAsync(int number)
    {
        Random random = new(number);
        StoredOperation[] operations = [.. Enumerable.Range(0, OperationsOfABundle).Select(_ => Operation(random, number))];
        Hash32[] hashes = [.. operations.Select(operation => operation.UserOpHash)];
        await Task.WhenAll(operations.Select(operation => Mempool.AddAsync(operation, [], default)));
        StoredTransaction signed = new(
            new Guid(number, 1, 1, new byte[8]), random.NextHash(), Stored.EntryPoint, (ulong)number, Stored.EntryPoint, hashes, Bytes.Own(random.NextBytes(RawBytes)),
            5_000_000_000, 1_000_000_000, false, Stored.Noon.AddSeconds(number));
        await Submissions.AddAsync(signed, Fence.Sole, default);
        await Mempool.SetStatusAsync([.. hashes.Select(hash => Status(hash, OperationState.Bundled, signed))], default);
        BlockMark mark = new((ulong)number + 1, random.NextHash());
        IndexedBlock block = new(
            mark,
            [.. operations.Select((operation, i) => new IncludedOperation(
                operation.UserOpHash, Stored.EntryPoint, operation.Sender, 1, null, true, 100_000_000_000_000, 120_000, null, Text(random, LogsHexDigits),
                operation.Json, signed.TransactionHash, mark, (ulong)i, true))],
            [new IndexedReceipt(signed.TransactionHash, Text(random, ReceiptHexDigits))])
        {
            Ledger = [Entry(signed, mark, hashes)],
        };
        await History.AddBlockAsync(block, Fence.Sole, default);
        await Mempool.RemoveAsync([.. hashes.Select(hash => Status(hash, OperationState.Included, signed))], default);
        await Submissions.CloseAsync(signed.BundleId, BundleEnd.Mined, signed.TransactionHash, Fence.Sole, default);
    }

    private async Task FinalizeAsync(int bundles)
    {
        for (ulong done = 0; done < (ulong)bundles; done += 2_000)
        {
            await History.FinalizeAsync(done, Math.Min(done + 2_000, (ulong)bundles), Remembered, Stored.Noon, Fence.Sole, default);
        }
    }

    private async Task<int> MoveAsync(int rows, TimeSpan pause, int steps)
    {
        int all = 0;
        while (steps-- > 0
            && await Store.MoveOperationsAsync(ulong.MaxValue / 2, rows, Remembered, Stored.Noon, Fence.Sole, default) is > 0 and int moved)
        {
            all += moved;
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }

        return all;
    }

    private static async Task ByTimeAsync(Func<DateTimeOffset, Task<RetentionMove<DateTimeOffset>>> step)
    {
        for (DateTimeOffset? after = DateTimeOffset.UnixEpoch; after is { } begin;)
        {
            after = (await step(begin)).Next;
        }
    }

    /// <summary>Admissions, one after the other, and how long each took until it was durable.</summary>
    private async Task<string> InsertAsync(Func<int, bool> isOver)
    {
        List<double> milliseconds = [];
        while (milliseconds.Count == 0 || !isOver(milliseconds.Count))
        {
            Random random = new(-1 - _inserted++);
            milliseconds.Add((await TimeAsync(() => Mempool.AddAsync(Operation(random, 0), [], default))).TotalMilliseconds);
        }

        milliseconds.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{milliseconds.Count} of them, median {milliseconds[milliseconds.Count / 2]:F1} ms, p95 {milliseconds[milliseconds.Count * 95 / 100]:F1} ms, longest {milliseconds[^1]:F1} ms");
    }

    private async Task PrintSizesAsync(string when)
    {
        if (_cluster is not null)
        {
            // What autovacuum does within a minute or two.
            await _cluster.ExecuteAsync(PostgresCluster.Database, "VACUUM ANALYZE");
        }

        StoreSizes sizes = await Store.SizesAsync(default);
        Print($"{when}: {sizes.TotalBytes / 1e6:N0} MB in all, {(sizes.FreeBytes ?? 0) / 1e6:N0} MB of them free");
        foreach (TableSize table in sizes.Tables.Where(table => table.Rows > 1_000).OrderByDescending(table => table.Bytes))
        {
            Print($"{when}: {table.Table} {table.Rows:N0} rows, {table.Bytes / 1e6:N1} MB, {table.Bytes / table.Rows:N0} bytes a row");
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        long start = TimeProvider.System.GetTimestamp();
        await action();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private void Print(FormattableString line) =>
        TestContext.Out.WriteLine($"retention  {kind.ToString().ToLowerInvariant()}: {line.ToString(CultureInfo.InvariantCulture)}");

    private static StoredOperation Operation(Random random, int block) =>
        new(random.NextHash(), Stored.EntryPoint, random.NextAddress(), Text(random, OperationHexDigits), Stored.Noon, (ulong)block, block);

    private static OperationStatusRecord Status(Hash32 hash, OperationState state, StoredTransaction signed) =>
        new(hash, state, signed.TransactionHash, null, Stored.Noon);

    private static LedgerEntry Entry(StoredTransaction signed, BlockMark mark, Hash32[] hashes) => new()
    {
        TransactionHash = signed.TransactionHash,
        BlockNumber = mark.Number,
        BlockHash = mark.Hash,
        TransactionIndex = 0,
        Time = Stored.Noon.AddSeconds(mark.Number),
        Kind = LedgerKind.Bundle,
        Success = true,
        BundleId = signed.BundleId,
        Signer = signed.Signer,
        Nonce = signed.Nonce,
        EntryPoint = Stored.EntryPoint,
        Beneficiary = Stored.EntryPoint,
        GasUsed = 600_000,
        EffectiveGasPrice = 5_000_000_000,
        GasPaid = 3_000_000_000_000_000,
        FeesReceived = 3_300_000_000_000_000,
        Shares = [.. hashes.Select(hash => new LedgerShare(hash, 660_000_000_000_000, 600_000_000_000_000))],
    };

    /// <summary>JSON is mostly hex digits, half of them zero.</summary>
    private static Bytes Text(Random random, int digits)
    {
        byte[] bytes = random.NextBytes(digits / 4);
        return Bytes.Own(Encoding.UTF8.GetBytes($"{{\"data\":\"0x{Convert.ToHexStringLower(bytes)}{new string('0', digits / 2)}\"}}"));
    }
}
