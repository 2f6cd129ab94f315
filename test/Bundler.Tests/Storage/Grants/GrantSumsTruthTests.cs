using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Whatever happens to grants in whatever order, the sums are what the rows add up to, and what the chain has charged is what blocks say.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantSumsTruthTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const int Steps = 400;
    private const int Nonces = 25;

    private readonly List<(Grant Grant, int Number)> _signed = [];
    private readonly Dictionary<ulong, (int Number, ulong Cost)> _chain = [];
    private ulong _head;
    private int _number;

    [TestCase(1)]
    [TestCase(2)]
    public async Task The_sums_are_what_the_grants_add_up_to(int seed)
    {
        Random random = new(seed);
        DateTimeOffset now = Asked.Noon;
        for (int step = 0; step < Steps; step++)
        {
            // A day and some hours in all.
            now += TimeSpan.FromSeconds(random.Next(550));
            await StepAsync(random, now);
        }

        await AskAsync(random, now, Nonces);
        await PayAsync(random, _signed[^1]);
        IReadOnlyList<GrantRow> rows = await Database.ReadAsync(
            (session, token) => session.Prepare(GrantTables.Columns).ReadAllAsync(GrantTables.Row, token), default);
        GrantLiability liability = await Grants.LiabilityAsync(Asked.Paymaster, default);
        DateTimeOffset last = rows.Max(row => row.CountedAt);
        Assert.That(last - rows.Min(row => row.CountedAt), Is.GreaterThan(TimeSpan.FromDays(1)));
        Assert.That(await SpentAsync(), Is.EqualTo(Sum(rows)));
        Assert.That(await SpentAsync(GrantPeriod.Hour), Is.EqualTo(Sum(rows.Where(row => row.CountedAt > last.AddHours(-1)))));
        Assert.That(await SpentAsync(GrantPeriod.Day), Is.EqualTo(Sum(rows.Where(row => row.CountedAt > last.AddDays(-1)))));
        Assert.That(liability.Reserved, Is.EqualTo(Sum(rows.Where(row => row.Grant.State == GrantState.Reserved))));
        Assert.That(liability.Unseen, Is.EqualTo(Sum(rows.Where(row => row.Grant.State is GrantState.Signed or GrantState.Reorged or GrantState.Revoked))));
        Assert.That(Sum(rows.Where(row => GrantSlot.IsPaid(row.Grant.State))), Is.EqualTo((UInt256)_chain.Values.Aggregate(0UL, (sum, each) => sum + each.Cost)));
        Assert.That(rows.Where(row => GrantSlot.IsPaid(row.Grant.State)), Is.Not.Empty);
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    private async Task StepAsync(Random random, DateTimeOffset now)
    {
        await BeatAsync(now);
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                await AskAsync(random, now, random.Next(Nonces));
                break;
            case 3 when _signed.Count > 0:
                await Grants.RevokeAsync(_signed[random.Next(_signed.Count)].Grant.Id, "a test", default);
                break;
            case 4 or 5 when _signed.Count > 0:
                await PayAsync(random, _signed[random.Next(_signed.Count)]);
                break;
            case 6 when _head > 0:
                ulong depth = Math.Min(_head, 3);
                await History.RemoveBlocksAsync((await History.BlocksAboveAsync(_head - depth, default)).Select(mark => mark.Hash).ToArray(), Fence.Sole, default);
                for (; depth > 0; depth--)
                {
                    _chain.Remove(_head--);
                }

                break;
            default:
                await Grants.ExpireAsync((ulong)now.ToUnixTimeSeconds(), 5, default);
                break;
        }
    }

    private async Task PayAsync(Random random, (Grant Grant, int Number) signed)
    {
        if (!_chain.Values.Any(each => SlotOf(each.Number) == signed.Grant.Request.Nonce))
        {
            ulong cost = (ulong)random.Next(1, 100);
            await IncludeAsync(++_head, random.Next(), (signed.Grant.Request, signed.Number, cost));
            _chain.Add(_head, (signed.Number, cost));
        }
    }

    private async Task AskAsync(Random random, DateTimeOffset now, int slot)
    {
        int number = ++_number;
        GrantRequest request = Asked.Request(slot, (ulong)random.Next(100, 200), at: now) with { CoreHash = Stored.Hash(number) };
        if (await Grants.ReserveAsync(request, Asked.Anything(), default) is Reservation.Reserved { Grant: { } grant })
        {
            if (slot < Nonces && random.Next(4) == 0)
            {
                await Grants.ReleaseAsync(grant.Id, "a test", default);
            }
            else
            {
                _signed.Add((await Grants.SignedAsync(grant.Id, Asked.Signature(number), default), number));
            }
        }
    }

    private UInt256 SlotOf(int number) => _signed.Single(each => each.Number == number).Grant.Request.Nonce;

    private static UInt256 Sum(IEnumerable<GrantRow> rows) => rows.Aggregate(UInt256.Zero, (sum, row) => sum + row.Share.Wei);
}
