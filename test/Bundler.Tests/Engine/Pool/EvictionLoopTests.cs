using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Pool;

public sealed class EvictionLoopTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryMempoolStore _store = new();

    [Test]
    public async Task What_has_expired_is_dropped_within_a_second_unless_it_is_in_a_bundle()
    {
        using EvictionLoop loop = Loop(new PoolOptions(), out Mempools mempools);
        Mempool pool = mempools.All[0];
        ulong now = (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();
        MempoolEntry waiting = await AddAsync(pool, 1, until: now);
        MempoolEntry bundled = await AddAsync(pool, 2, until: now);
        MempoolEntry lasting = await AddAsync(pool, 3, until: now + 100);
        pool.Take([bundled.UserOpHash]);
        await StartAsync(loop);

        _clock.Advance(TimeSpan.FromSeconds(2));

        await Eventually.Async(() => pool.Count == 2, _deadline, "the expired operation has gone");
        Assert.That(_store.Statuses[waiting.UserOpHash].Reason, Does.StartWith("expired"));
        Assert.That(_store.Operations.Select(stored => stored.UserOpHash), Is.EquivalentTo(new[] { bundled.UserOpHash, lasting.UserOpHash }));
        await loop.StopAsync(default);
    }

    [Test]
    public async Task A_mempool_that_is_over_its_bounds_is_trimmed()
    {
        using EvictionLoop loop = Loop(new PoolOptions { MaxOperations = 2 }, out Mempools mempools);
        Mempool pool = mempools.All[0];
        for (int sender = 1; sender <= 4; sender++)
        {
            // As at the start, when the bounds have become narrower.
            pool.Restore(A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender), MaxPriorityFeePerGas = (ulong)sender }, sequence: sender));
        }

        await StartAsync(loop);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.Async(() => pool.Count == 2, _deadline, "the bounds are kept");
        Assert.That(pool.Snapshot().Select(entry => entry.Sequence), Is.EqualTo(new[] { 3, 4 }));
        await loop.StopAsync(default);
    }

    private EvictionLoop Loop(PoolOptions options, out Mempools mempools)
    {
        mempools = new Mempools(new ServedEntryPoints([A.EntryPoint]), Options.Create(options), _store, new OperationFeed(), _clock);
        HeadFeed heads = new();
        heads.Publish(A.Head(1), _clock.GetUtcNow());
        ReputationLedger reputation = new(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
        return new EvictionLoop(mempools, new LifeLimits(A.Chain with { Development = true }, reputation, A.Ceiling(), Options.Create(options)), heads, Duties.Sole, NullLogger<EvictionLoop>.Instance, _clock);
    }

    private async Task StartAsync(EvictionLoop loop)
    {
        await loop.StartAsync(default);
        await Eventually.Async(() => _clock.Waits.Count == 1, _deadline, "the loop waits for its timer");
    }

    private static async Task<MempoolEntry> AddAsync(Mempool pool, int sender, ulong until)
    {
        MempoolEntry entry = A.Entry(
            A.UserOperation() with { Sender = A.AddressOf(sender) }, A.Validation() with { Window = new ValidityWindow(0, until) }, sender);
        Assert.That((await pool.AddAsync(entry, _ => null, default)).Accepted, Is.True);
        return entry;
    }
}
