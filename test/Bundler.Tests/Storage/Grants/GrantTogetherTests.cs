using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Reservations and signatures that go together in one write get what they would get alone.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantTogetherTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantLimit[] _budgets =
    [
        Asked.Limit(GrantPeriod.Operation, wei: 180), Asked.Limit(GrantPeriod.Hour, count: 3, scope: GrantScope.Sender), Asked.Limit(GrantPeriod.Hour, wei: 2_500),
        Asked.Limit(GrantPeriod.Total, count: 30),
    ];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Each_is_decided_as_if_it_were_alone(int seed)
    {
        Random random = new(seed);
        await AddKeyAsync("alive");
        GrantAsk[] asks = [.. Enumerable.Range(0, 90).Select(_ => Ask(random))];
        IReadOnlyList<Reservation> together;
        await using (TDatabase place = new())
        {
            await using Bundler.Storage.SqlDatabase other = await place.ConnectAsync();
            await other.OpenAsync(default);
            await new SqlGrantStore(other).OpenAsync(new LedgerOpening([Asked.Paymaster], Asked.Noon, Asked.Window, IsDevelopment: true), default);
            await other.WriteAsync((session, token) => AddKeyAsync(session, "alive", token), default);
            together = await other.WriteAsync((session, token) => GrantReserving.ReserveAsync(session, asks, token), default);
        }

        List<string> alone = [];
        foreach (GrantAsk ask in asks)
        {
            alone.Add(Told(await Grants.ReserveAsync(ask.Request, ask.Limits, default)));
        }

        Assert.That(together.Select(Told), Is.EqualTo(alone));
        Assert.That(alone.Distinct().Count(), Is.GreaterThan(20), "of many kinds");
    }

    [Test]
    public async Task What_waits_while_another_write_is_made_goes_in_one_transaction()
    {
        SqlGrantStore grants = Grants;
        WriterGate gate = await WriterGate.HoldAsync(Database);
        Task<Reservation>[] asked = [.. Enumerable.Range(1, 100).Select(number => grants.ReserveAsync(Asked.Request(number), Asked.Anything(), default))];
        long before = Database.Transactions;
        gate.Open();
        Grant[] reserved = [.. (await Task.WhenAll(asked)).Cast<Reservation.Reserved>().Select(each => each.Grant)];

        // The gate's own, and theirs.
        Assert.That(Database.Transactions - before, Is.EqualTo(2));
        Assert.That((reserved.DistinctBy(grant => grant.Id).Count(), await SpentAsync()), Is.EqualTo((100, (UInt256)10_000)));
    }

    [Test]
    public async Task One_that_fails_takes_no_other_with_it()
    {
        SqlGrantStore grants = Grants;
        Grant[] reserved = await Task.WhenAll(Enumerable.Range(1, 20).Select(async number =>
            ((Reservation.Reserved)await grants.ReserveAsync(Asked.Request(number), Asked.Anything(), default)).Grant));
        WriterGate gate = await WriterGate.HoldAsync(Database);
        Task<Grant>[] signed = [.. reserved.Select((grant, index) => grants.SignedAsync(grant.Id, Asked.Signature(index + 1), default))];
        Task<Grant> nobodys = grants.SignedAsync(GrantId.Random(), Asked.Signature(99), default);
        gate.Open();

        Assert.That((await Task.WhenAll(signed)).Select(grant => grant.State), Is.All.EqualTo(GrantState.Signed));
        Assert.That(async () => await nobodys, Throws.ArgumentException);
        Assert.That((await Grants.LiabilityAsync(Asked.Paymaster, default)).Unseen, Is.EqualTo((UInt256)2_000));
    }

    [Test]
    public async Task Who_goes_before_it_is_written_reserves_nothing()
    {
        SqlGrantStore grants = Grants;
        WriterGate gate = await WriterGate.HoldAsync(Database);
        using CancellationTokenSource gone = new();
        Task<Reservation> first = grants.ReserveAsync(Asked.Request(1), Asked.Anything(), default);
        Task<Reservation> impatient = grants.ReserveAsync(Asked.Request(2), Asked.Anything(), gone.Token);
        await gone.CancelAsync();
        gate.Open();

        Assert.That(await first, Is.TypeOf<Reservation.Reserved>());
        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)100));
    }

    private static GrantAsk Ask(Random random)
    {
        int slot = random.Next(12);
        GrantRequest request = Asked.Request(slot, (ulong)random.Next(40, 200), random.Next(4) switch { 0 => "alive", 1 => "gone", _ => null }, sender: Asked.Sender(slot % 5)) with
        {
            CoreHash = Stored.Hash(random.Next(40)),
            Id = random.Next(3) == 0 ? GrantId.From(Stored.Hash(random.Next(8)).Span[..GrantId.Size]) : null,
        };
        return new GrantAsk(request, new GrantLimits(_budgets, random.Next(5) == 0 ? null : (UInt256)(ulong)random.Next(500, 4_000)));
    }

    /// <summary>Without the names that are chosen by lot.</summary>
    private static string Told(Reservation answer) => answer switch
    {
        Reservation.Reserved { Grant: { } grant } => $"reserved {grant.Request}",
        Reservation.Same { Grant: { } grant } => $"same {grant.Request}",
        _ => answer.ToString(),
    };
}
