using System.Data.Common;
using Bundler.Engine;
using Bundler.Engine.Pool;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlWriterTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private SqlMempoolStore Store => new(Database);

    [Test]
    public async Task A_thousand_writes_that_wait_share_a_few_transactions()
    {
        const int Writes = 1000;
        WriterGate gate = await WriterGate.HoldAsync(Database);
        long before = Database.Transactions;
        Task[] adds = [.. Enumerable.Range(0, Writes).Select(number => Store.AddAsync(Stored.Operation(number), [], default))];
        gate.Open();
        await Task.WhenAll([gate.Held, .. adds]);

        Assert.That(await Store.LoadAsync(default), Has.Count.EqualTo(Writes));
        Assert.That(Database.Transactions - before, Is.EqualTo(1 + (Writes + SqlWriter.GroupSize - 1) / SqlWriter.GroupSize));
    }

    [Test]
    public async Task A_write_that_fails_by_itself_fails_alone_and_leaves_nothing()
    {
        WriterGate gate = await WriterGate.HoldAsync(Database);
        long before = Database.Transactions;
        Task first = Store.AddAsync(Stored.Operation(1), [], default);
        Task broken = Database.WriteAsync(
            async (session, token) =>
            {
                await session.ExecuteAsync("DELETE FROM mempool", token);
                await session.ExecuteAsync("INSERT INTO blocks (number) VALUES (NULL)", token);
            },
            default);
        Task last = Store.AddAsync(Stored.Operation(2), [], default);
        gate.Open();
        await Task.WhenAll(gate.Held, first, last);

        Assert.That(async () => await broken, Throws.TypeOf<StoreUnavailableException>().With.InnerException.InstanceOf<DbException>());
        Assert.That(await Store.LoadAsync(default), Has.Count.EqualTo(2));
        Assert.That(Database.Transactions - before, Is.EqualTo(2));
    }

    [Test]
    public async Task A_fault_of_the_callers_code_reaches_the_caller_and_not_the_writer()
    {
        Task broken = Database.WriteAsync((_, _) => throw new InvalidDataException("mine"), default);

        Assert.That(async () => await broken, Throws.TypeOf<InvalidDataException>());
        await Store.AddAsync(Stored.Operation(1), [], default);
        Assert.That(await Store.LoadAsync(default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_write_that_is_cancelled_before_its_turn_is_not_stored()
    {
        using CancellationTokenSource gone = new();
        WriterGate gate = await WriterGate.HoldAsync(Database);
        Task add = Store.AddAsync(Stored.Operation(1), [], gone.Token);
        await gone.CancelAsync();
        gate.Open();

        Assert.That(async () => await add, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Store.LoadAsync(default), Is.Empty);
    }

    [Test]
    public async Task Closing_finishes_the_writes_that_wait()
    {
        WriterGate gate = await WriterGate.HoldAsync(Database);
        Task add = Store.AddAsync(Stored.Operation(1), [], default);
        Task reopening = ReopenAsync();
        gate.Open();
        await reopening;
        await add;

        Assert.That(await Store.LoadAsync(default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Thirty_two_writers_at_once_lose_nothing()
    {
        const int Writers = 32;
        const int Each = 250;
        const int Size = 2048;
        StoredOperation[] operations = [.. Enumerable.Range(0, Writers * Each).Select(number => Stored.Operation(number, Size))];
        TimeProvider clock = TimeProvider.System;
        long transactions = Database.Transactions;
        long start = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            operations,
            new ParallelOptions { MaxDegreeOfParallelism = Writers },
            async (operation, token) => await Store.AddAsync(operation, [], token));
        TimeSpan elapsed = clock.GetElapsedTime(start);

        TestContext.Out.WriteLine(
            $"{operations.Length / elapsed.TotalSeconds:0} durable adds of {Size} bytes a second from {Writers} writers, "
            + $"{(double)operations.Length / (Database.Transactions - transactions):0.0} to a transaction");
        Assert.That(await Store.LoadAsync(default), Is.EqualTo(operations));
    }
}
