using System.Collections.Concurrent;
using System.Globalization;
using Bundler.Paymaster.Ledger;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>scripts/bench grants: reservations and signatures that are durable, in a second, and how long a caller waits for his.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
[Explicit]
[Category("Grants")]
public sealed class GrantBench<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const int Requests = 5_000;
    private const int Callers = 64;

    [Test]
    public async Task How_many_grants_a_second()
    {
        TimeProvider clock = TimeProvider.System;
        SqlGrantStore grants = Grants;
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Hour, wei: ulong.MaxValue), Asked.Limit(GrantPeriod.Day, wei: ulong.MaxValue));
        ConcurrentBag<double> waits = [];
        long start = clock.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(1, Requests), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, token) =>
        {
            long asked = clock.GetTimestamp();
            Reservation answer = await grants.ReserveAsync(Asked.Request(number), limits, token);
            waits.Add(clock.GetElapsedTime(asked).TotalMilliseconds);
            await grants.SignedAsync(((Reservation.Reserved)answer).Grant.Id, Asked.Signature(number), token);
        });
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        double[] sorted = [.. waits.Order()];
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"grants  {typeof(TDatabase).Name.Replace("TestDatabase", "", StringComparison.Ordinal),-9} {Requests / seconds:F0} a second reserved and signed by {Callers} callers; a reservation takes {sorted[Requests / 2]:F1} ms, p95 {sorted[Requests * 95 / 100]:F1} ms"));
    }
}
