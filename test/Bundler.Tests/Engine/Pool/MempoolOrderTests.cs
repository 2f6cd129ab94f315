using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

/// <summary>What is offered to a bundle, against a plain account of the same order over the whole mempool.</summary>
public sealed class MempoolOrderTests
{
    private const int Operations = 600;

    private Mempool _pool = null!;

    [SetUp]
    public void SetUp() => _pool = new Mempool(A.EntryPoint, new PoolOptions(), new MemoryMempoolStore(), new OperationFeed(), TimeProvider.System);

    [TestCase(1, 0ul, 1)]
    [TestCase(2, 0ul, 40)]
    [TestCase(3, 0ul, 10_000)]
    [TestCase(4, 3ul, 40)]
    [TestCase(5, 6ul, 40)]
    [TestCase(6, 6ul, 10_000)]
    [TestCase(7, 99ul, 40)]
    public void The_best_are_offered_in_order_at_every_base_fee(int seed, ulong baseFee, int limit)
    {
        Random random = new(seed);
        for (int i = 0; i < Operations; i++)
        {
            UserOperation operation = A.UserOperation() with
            {
                Sender = A.AddressOf(random.Next(Operations / 2)),
                Nonce = A.Nonce((ulong)random.Next(2), (ulong)random.Next(4)),
                MaxFeePerGas = (ulong)random.Next(1, 12),
                MaxPriorityFeePerGas = (ulong)random.Next(1, 12),
            };
            _pool.Restore(A.Entry(operation, sequence: i) with { State = (EntryState)random.Next(1, 4) });
        }

        Hash32[] taken = [.. _pool.Candidates(baseFee, 10).Select(entry => entry.UserOpHash)];
        _pool.Take(taken);
        _pool.Release(taken[..(taken.Length / 2)]);

        Assert.That(Offered(baseFee, limit), Is.EqualTo(Expected(baseFee, limit)));
        Assert.That(_pool.Pending, Is.EqualTo(_pool.Snapshot().Count(entry => entry.State == EntryState.Pending)));
        Assert.That(
            _pool.InFlight().Select(entry => entry.UserOpHash),
            Is.EquivalentTo(_pool.Snapshot().Where(entry => entry.State == EntryState.Bundled).Select(entry => entry.UserOpHash)));
    }

    [Test]
    public void What_is_to_be_validated_again_comes_best_paid_first()
    {
        MempoolEntry[] restored =
        [
            .. new (ulong Tip, EntryState State)[] { (3, EntryState.Unvalidated), (9, EntryState.Pending), (7, EntryState.Unvalidated), (7, EntryState.Unvalidated) }
                .Select((each, i) => A.Entry(A.UserOperation() with { Sender = A.AddressOf(i), MaxPriorityFeePerGas = each.Tip }, sequence: i) with { State = each.State }),
        ];
        foreach (MempoolEntry entry in restored)
        {
            _pool.Restore(entry);
        }

        Assert.That(_pool.Ask(view => view.Restored().ToArray()), Is.EqualTo(new[] { restored[2], restored[3], restored[0] }));

        _pool.Revalidated(restored[2].UserOpHash, A.Validation());
        _pool.Doubt(restored[1].UserOpHash);
        Assert.That(
            _pool.Ask(view => view.Restored().Select(entry => entry.UserOpHash).ToArray()),
            Is.EqualTo(new[] { restored[1].UserOpHash, restored[3].UserOpHash, restored[0].UserOpHash }));
    }

    private string[] Offered(ulong baseFee, int limit) => [.. _pool.Candidates(baseFee, limit).Select(Name)];

    /// <summary>Takes the best of all queues' next ones, again and again.</summary>
    private string[] Expected(ulong baseFee, int limit)
    {
        List<MempoolEntry[]> queues =
        [
            .. _pool.Snapshot()
                .GroupBy(entry => (entry.Operation.Sender, entry.Nonce.Key))
                .Select(group => group.OrderBy(entry => entry.Nonce.Sequence).ToArray())
                .Select(queue => queue
                    .TakeWhile((entry, i) => entry.State == EntryState.Pending && entry.Nonce.Sequence == queue[0].Nonce.Sequence + (ulong)i)
                    .ToArray()),
        ];
        List<string> offered = [];
        while (offered.Count < limit && queues.Any(queue => queue.Length > 0))
        {
            MempoolEntry[] best = queues
                .Where(queue => queue.Length > 0)
                .OrderByDescending(queue => Mempool.Tip(queue[0].Operation, baseFee))
                .ThenBy(queue => queue[0].Sequence)
                .First();
            offered.Add(Name(best[0]));
            queues[queues.IndexOf(best)] = best[1..];
        }

        return [.. offered];
    }

    private static string Name(MempoolEntry entry) => $"number {entry.Sequence}";
}
