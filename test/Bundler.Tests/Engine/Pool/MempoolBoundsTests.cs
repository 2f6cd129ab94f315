using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

/// <summary>The bounds of count and bytes hold at every moment, also while the store is slow, and when it fails in the end.</summary>
public sealed class MempoolBoundsTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly int _size = A.Entry(Of(1, tip: 1)).Size;

    private MemoryMempoolStore _store = null!;
    private Mempool _pool = null!;
    private long _sequence;

    [SetUp]
    public void SetUp() => _store = new MemoryMempoolStore();

    [Test]
    public async Task The_room_of_what_leaves_is_free_only_when_the_store_knows()
    {
        Open(new PoolOptions { MaxOperations = 2 });
        MempoolEntry leaving = await AddedAsync(Of(1, tip: 5));
        await AddedAsync(Of(2, tip: 5));
        TaskCompletionSource gate = Close();
        Task removing = _pool.RemoveAsync([leaving.UserOpHash], OperationState.Included, _ => null, Hash32.Zero, default);

        Outcome<Hash32> early = await AddAsync(Of(3, tip: 1)).WaitAsync(_deadline);
        Fail(gate);

        Assert.That(early.Rejection, Is.InstanceOf<Rejection.LimitExceeded>());
        Assert.That(async () => await removing, Throws.InstanceOf<IOException>());
        Assert.That(_pool.Count, Is.EqualTo(2));

        _store.Fault = null;
        await _pool.RemoveAsync([leaving.UserOpHash], OperationState.Included, _ => null, Hash32.Zero, default);
        Assert.That((await AddAsync(Of(3, tip: 1))).Accepted, Is.True);
    }

    [Test]
    public async Task Bytes_that_an_evicted_operation_has_left_over_are_not_given_away_before_the_store_knows()
    {
        Open(new PoolOptions { MaxBytes = 4 * _size });
        MempoolEntry large = await AddedAsync(Of(1, tip: 1) with { CallData = Bytes.Own(new byte[2 * _size]) });
        await AddedAsync(Of(2, tip: 5));
        TaskCompletionSource gate = Close();
        Task<Outcome<Hash32>> first = AddAsync(Of(3, tip: 9));
        Task<Outcome<Hash32>> second = AddAsync(Of(4, tip: 2));

        Fail(gate);

        Assert.That((await second).Rejection, Is.InstanceOf<Rejection.LimitExceeded>());
        Assert.That(async () => await first, Throws.InstanceOf<IOException>());
        Assert.That(_pool.TryGet(large.UserOpHash, out _), Is.True);
        Assert.That(_pool.Bytes, Is.LessThanOrEqualTo(4 * _size));
    }

    [Test]
    public async Task What_comes_back_after_a_fault_gives_way_to_its_senders_next_operation()
    {
        Open(new PoolOptions { MaxOperations = 2 });
        MempoolEntry evicted = await AddedAsync(Of(1, tip: 1));
        MempoolEntry other = await AddedAsync(Of(2, tip: 2));
        TaskCompletionSource gate = Close();
        Task<Outcome<Hash32>> dearer = AddAsync(Of(3, tip: 9));
        MempoolEntry next = A.Entry(Of(1, tip: 3), sequence: ++_sequence);
        _pool.Restore(next);

        Fail(gate);

        Assert.That(async () => await dearer, Throws.InstanceOf<IOException>());
        Assert.That(_pool.Snapshot().Select(entry => entry.Sequence), Is.EqualTo(new[] { other.Sequence, next.Sequence }));
        Assert.That(_pool.TryGet(evicted.UserOpHash, out _), Is.False);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task No_order_of_events_passes_the_bounds(int seed)
    {
        PoolOptions options = new() { MaxOperations = 20, MaxBytes = 24 * _size };
        Open(options);
        Random random = new(seed);
        for (int round = 0; round < 60; round++)
        {
            TaskCompletionSource gate = Close();
            List<Task> writes = [];
            for (int i = 0; i < 8; i++)
            {
                UserOperation operation = Of(random.Next(40), (ulong)random.Next(1, 99)) with { CallData = Bytes.Own(new byte[random.Next(3 * _size)]) };
                Hash32[] some = [.. _pool.Snapshot().Select(entry => entry.UserOpHash).Where(_ => random.Next(10) == 0)];
                writes.Add(random.Next(4) == 0 ? _pool.DropAsync(some, _ => "for a test", default) : AddAsync(operation));
                AssertBounds();
            }

            _store.Fault = random.Next(2) == 0 ? new IOException("disk full") : null;
            gate.SetResult();
            await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
            AssertBounds();
        }

        _store.Fault = null;
        Assert.That(_pool.Count, Is.GreaterThan(5));
        Assert.That((await _pool.DropAsync([.. _pool.Snapshot().Select(entry => entry.UserOpHash)], _ => "for a test", default)).Count, Is.GreaterThan(5));
        Assert.That((_pool.Count, _pool.Bytes), Is.EqualTo((0, 0L)));

        void AssertBounds()
        {
            Assert.That(_pool.Count, Is.LessThanOrEqualTo(options.MaxOperations));
            Assert.That(_pool.Bytes, Is.LessThanOrEqualTo(options.MaxBytes));
        }
    }

    private static UserOperation Of(int sender, ulong tip) =>
        A.UserOperation() with { Sender = A.AddressOf(sender), MaxPriorityFeePerGas = tip, MaxFeePerGas = 100 };

    private void Open(PoolOptions options) => _pool = new Mempool(A.EntryPoint, options, _store, new OperationFeed(), TimeProvider.System);

    private Task<Outcome<Hash32>> AddAsync(UserOperation operation)
    {
        MempoolEntry entry = A.Entry(operation, sequence: ++_sequence);
        return _pool.AddAsync(
            entry,
            view => view.Find(operation.Sender, operation.Nonce) is { IsIdle: false } || view.Contains(entry.UserOpHash) ? new Rejection.InvalidFields("nonce", "on its way") : null,
            default);
    }

    private async Task<MempoolEntry> AddedAsync(UserOperation operation)
    {
        Outcome<Hash32> outcome = await AddAsync(operation);
        Assert.That(outcome.Accepted, Is.True);
        return _pool.FindBy(operation.Sender, operation.Nonce)!;
    }

    /// <summary>The store takes its time from now on, until the gate is opened.</summary>
    private TaskCompletionSource Close()
    {
        TaskCompletionSource gate = new();
        _store.Gate = gate.Task;
        return gate;
    }

    private void Fail(TaskCompletionSource gate)
    {
        _store.Fault = new IOException("disk full");
        gate.SetResult();
        _store.Gate = null;
    }
}
