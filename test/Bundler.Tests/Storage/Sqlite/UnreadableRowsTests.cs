using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Storage;
using Microsoft.Data.Sqlite;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>Whatever stands in a column of a table that the start reads: the rest is read, the row is kept, and it is told.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnreadableRowsTests
{
    private const int Rows = 3;

    // Columns of free content: the store cannot know what belongs there, their readers do.
    private static readonly string[] _free = ["json", "logs_json", "operation_json", "revert_reason", "raw", "reason", "trace_parent", "fault_reason"];

    private static readonly (string Table, string Columns)[] _read =
    [
        ("mempool", "user_op_hash entry_point sender json admitted_at admitted_at_block sequence returned_at trace_parent"),
        ("reputation", "entry_point address ops_seen ops_included"),
        ("bundles", "bundle_id"),
        ("transactions", "transaction_hash signer nonce entry_point user_op_hashes raw max_fee_per_gas max_priority_fee_per_gas is_cancellation signed_at"),
        ("included_operations", "user_op_hash entry_point sender nonce paymaster success actual_gas_cost actual_gas_used revert_reason logs_json operation_json transaction_hash block_hash log_index is_own"),
        ("blocks", "hash"),
        ("index_marks", "number"),
        ("operation_statuses", "state transaction_hash reason at"),
        ("ledger_entries", "block_hash transaction_index block_time bundle_id signer nonce entry_point beneficiary gas_used effective_gas_price gas_paid fees_received"),
        ("ledger_shares", "user_op_hash fee_received gas_paid"),
        ("ledger_totals", "signer entry_point bundles reverted cancellations operations gas_used gas_paid gas_lost fees_received"),
    ];

    private readonly SqliteTestDatabase _home = new();

    private static IEnumerable<TestCaseData> Damages =>
        from table in _read
        from column in table.Columns.Split(' ')
        from junk in new[] { "x'0102'", "'words'", "x''" }
        select new TestCaseData(table.Table, column, junk);

    [TearDown]
    public async Task Remove() => await _home.DisposeAsync();

    [TestCaseSource(nameof(Damages))]
    public async Task A_row_that_cannot_be_read_is_kept_and_told_and_the_rest_is_read(string table, string column, string junk)
    {
        await using (SqlDatabase before = _home.Connect())
        {
            await before.OpenAsync(default);
            await FillAsync(before);
        }

        long rows = Scalar($"SELECT COUNT(*) FROM {table}");
        Scalar($"UPDATE {table} SET {column} = {junk} WHERE rowid = (SELECT {(table == "ledger_totals" ? "rowid FROM ledger_totals WHERE day = -1 LIMIT 1" : $"MIN(rowid) FROM {table}")})");
        await using SqlDatabase database = _home.Connect();
        await database.OpenAsync(default);
        await ReadAsync(database);

        Assert.That(Scalar($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(rows));
        if (!_free.Contains(column) && !(column == "user_op_hashes" && junk == "x''"))
        {
            Assert.That(database.Unreadable, Does.Contain($"1 of {table}"));
        }
    }

    [Test]
    public async Task A_sequence_at_the_end_of_the_numbers_is_no_sequence()
    {
        await using SqlDatabase database = _home.Connect();
        await database.OpenAsync(default);
        SqlMempoolStore store = new(database);
        await store.AddAsync(Stored.Operation(1), [], default);
        await store.AddAsync(Stored.Operation(2) with { Sequence = long.MaxValue }, [], default);

        Assert.That((await store.LoadAsync(default)).Select(operation => operation.Sequence), Is.EqualTo(new[] { 1L }));
    }

    [Test]
    public async Task A_table_that_is_missing_is_one_sentence([ValueSource(nameof(Tables))] string table)
    {
        await using (SqlDatabase before = _home.Connect())
        {
            await before.OpenAsync(default);
        }

        Scalar($"DROP TABLE {table}");
        await using SqlDatabase database = _home.Connect();

        Assert.That(
            () => database.OpenAsync(default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains($"put a backup in its place: its table {table} is missing"));
    }

    private static IEnumerable<string> Tables => [.. _read.Select(table => table.Table), "receipts"];

    private static async Task FillAsync(SqlDatabase database)
    {
        SqlMempoolStore mempool = new(database);
        SqlOperationHistoryStore history = new(database);
        for (int number = 1; number <= Rows; number++)
        {
            Guid bundle = new(number, 0, 0, new byte[8]);
            await mempool.AddAsync(Stored.Operation(number), [], default);
            await new SqlSubmissionStore(database).AddAsync(Stored.Transaction(number, bundle, Stored.Hash(number)), Fence.Sole, default);
            await history.AddBlockAsync(
                Stored.Block(Stored.Mark((ulong)number), 100 + number) with { Ledger = [Stored.Entry(number, (ulong)number) with { Success = false }] }, Fence.Sole, default);
        }

        await new SqlReputationStore(database).SaveAsync(
            [.. Enumerable.Range(1, Rows).Select(number => new StoredReputation(Stored.EntryPoint, Stored.Operation(number).Sender, 3, 1))], default);
    }

    /// <summary>As the start and the first round of every loop.</summary>
    private static async Task ReadAsync(SqlDatabase database)
    {
        SqlMempoolStore mempool = new(database);
        SqlOperationHistoryStore history = new(database);
        SqlLedgerStore ledger = new(database);
        IReadOnlyList<StoredOperation> pending = await mempool.LoadAsync(default);
        IReadOnlyList<StoredReputation> counters = await new SqlReputationStore(database).LoadAsync(default);
        IReadOnlyList<StoredTransaction> open = await new SqlSubmissionStore(database).LoadOpenAsync(default);
        for (int number = 1; number <= Rows; number++)
        {
            await mempool.FindStatusAsync(Stored.Hash(number), default);
            await history.FindIncludedAsync(Stored.Hash(100 + number), default);
        }

        await history.FirstBlockAsync(default);
        await history.HighestBlockAsync(default);
        Assert.Multiple(async () =>
        {
            Assert.That(pending, Has.Count.GreaterThanOrEqualTo(Rows - 1));
            Assert.That(counters, Has.Count.GreaterThanOrEqualTo(Rows - 1));
            Assert.That(open, Has.Count.GreaterThanOrEqualTo(Rows - 1));
            Assert.That(await history.OperationsFromAsync(0, default), Has.Count.GreaterThanOrEqualTo(Rows - 1));
            Assert.That(await history.BlocksAboveAsync(0, default), Has.Count.GreaterThanOrEqualTo(Rows - 1));
            Assert.That(await ledger.UnjudgedAsync(default), Has.Count.GreaterThanOrEqualTo(Rows - 1));
        });
        await ledger.TotalsAsync(null, null, default);
    }

    private long Scalar(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_home.Dialect().Location};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }
}
