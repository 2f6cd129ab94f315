using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

public sealed class MempoolTests
{
    private MemoryMempoolStore _store = null!;
    private Mempool _pool = null!;
    private long _sequence;

    [SetUp]
    public void SetUp()
    {
        _store = new MemoryMempoolStore();
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), _store, new OperationFeed(), TimeProvider.System);
    }

    [Test]
    public async Task An_admitted_operation_is_stored_and_offered()
    {
        MempoolEntry entry = await AddAsync(A.UserOperation());

        Assert.That(_store.Operations.Select(stored => stored.UserOpHash), Is.EqualTo(new[] { entry.UserOpHash }));
        Assert.That(Offered(), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    [Test]
    public void An_operation_that_the_store_did_not_take_is_not_pending()
    {
        _store.Fault = new IOException("disk full");

        Assert.That(async () => await AddAsync(A.UserOperation()), Throws.InstanceOf<IOException>());
        Assert.That(_pool.Count, Is.Zero);
    }

    [Test]
    public async Task A_replacement_that_the_store_did_not_take_leaves_the_first_one_in_place()
    {
        MempoolEntry first = await AddAsync(A.UserOperation());
        _store.Fault = new IOException("disk full");

        Assert.That(async () => await AddAsync(A.UserOperation() with { MaxFeePerGas = 9_000_000_000 }), Throws.InstanceOf<IOException>());
        Assert.That(Offered(), Is.EqualTo(new[] { first.UserOpHash }));
    }

    [Test]
    public async Task The_best_paid_operation_comes_first_and_equals_in_order_of_arrival()
    {
        MempoolEntry cheap = await AddAsync(Of(1, tip: 1));
        MempoolEntry dear = await AddAsync(Of(2, tip: 9));
        MempoolEntry alsoCheap = await AddAsync(Of(3, tip: 1));

        Assert.That(Offered(), Is.EqualTo(new[] { dear.UserOpHash, cheap.UserOpHash, alsoCheap.UserOpHash }));
    }

    [Test]
    public async Task Consecutive_nonces_are_offered_in_order_whatever_they_pay()
    {
        MempoolEntry second = await AddAsync(Of(1, tip: 9) with { Nonce = A.Nonce(0, 1) });
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });

        Assert.That(Offered(), Is.EqualTo(new[] { first.UserOpHash, second.UserOpHash }));
    }

    [Test]
    public async Task What_follows_an_operation_in_flight_waits()
    {
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });
        await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 1) });

        _pool.Take([first.UserOpHash]);

        Assert.That(Offered(), Is.Empty);
    }

    [Test]
    public async Task Different_nonce_keys_are_independent()
    {
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(1, 0) });
        MempoolEntry other = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(2, 0) });

        _pool.Take([first.UserOpHash]);

        Assert.That(Offered(), Is.EqualTo(new[] { other.UserOpHash }));
    }

    [Test]
    public async Task A_taken_operation_is_not_offered_twice_and_comes_back_when_released()
    {
        MempoolEntry entry = await AddAsync(A.UserOperation());

        Assert.That(_pool.Take([entry.UserOpHash]), Has.Count.EqualTo(1));
        Assert.That(_pool.Take([entry.UserOpHash]), Is.Empty);

        _pool.Release([entry.UserOpHash]);
        Assert.That(Offered(), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    [Test]
    public async Task Dropping_an_operation_drops_what_waits_behind_it_with_a_reason()
    {
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });
        MempoolEntry second = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 1) });

        await _pool.RemoveAsync([first.UserOpHash], OperationState.Dropped, _ => "it failed", null, default);

        Assert.That(_pool.Count, Is.Zero);
        Assert.That(_store.Statuses[first.UserOpHash].Reason, Is.EqualTo("it failed"));
        Assert.That(_store.Statuses[second.UserOpHash].Reason, Does.Contain(first.UserOpHash.ToString()));
    }

    [Test]
    public async Task Including_an_operation_frees_what_waits_behind_it()
    {
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });
        MempoolEntry second = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 1) });
        _pool.Take([first.UserOpHash]);

        await _pool.RemoveAsync([first.UserOpHash], OperationState.Included, _ => null, Hash32.Zero, default);

        Assert.That(Offered(), Is.EqualTo(new[] { second.UserOpHash }));
    }

    [Test]
    public async Task EREP_010_the_reserve_of_a_paymaster_is_what_its_pending_operations_may_cost()
    {
        UserOperation operation = A.UserOperation() with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 30_000 };
        MempoolEntry entry = await AddAsync(operation);

        Assert.That(_pool.Ask(view => view.PaymasterReserve(A.Paymaster)), Is.EqualTo(A.EntryPoint.RequiredPrefund(operation)));

        await _pool.RemoveAsync([entry.UserOpHash], OperationState.Dropped, _ => "", null, default);
        Assert.That(_pool.Ask(view => view.PaymasterReserve(A.Paymaster)), Is.EqualTo(UInt256.Zero));
    }

    [Test]
    public async Task A_full_mempool_evicts_what_pays_least_for_what_pays_more_and_refuses_the_rest()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 2 }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry least = await AddAsync(Of(1, tip: 2));
        await AddAsync(Of(2, tip: 5));

        MempoolEntry cheaper = A.Entry(Of(3, tip: 1), sequence: 3);
        Outcome<Hash32> refused = await _pool.AddAsync(cheaper, _ => null, default);
        MempoolEntry dearer = await AddAsync(Of(4, tip: 9));

        Assert.That(refused.Rejection, Is.InstanceOf<Rejection.LimitExceeded>());
        Assert.That(_pool.Count, Is.EqualTo(2));
        Assert.That(_pool.TryGet(dearer.UserOpHash, out _), Is.True);
        Assert.That(_store.Statuses[least.UserOpHash].State, Is.EqualTo(OperationState.Dropped));
    }

    [Test]
    public async Task A_full_mempool_does_not_evict_what_the_new_operation_waits_for()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 2 }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry before = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });
        MempoolEntry other = await AddAsync(Of(2, tip: 5));

        MempoolEntry behind = await AddAsync(Of(1, tip: 9) with { Nonce = A.Nonce(0, 1) });

        Assert.That(_pool.Snapshot().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { before.UserOpHash, behind.UserOpHash }));
        Assert.That(_store.Statuses[other.UserOpHash].State, Is.EqualTo(OperationState.Dropped));
    }

    [Test]
    public async Task The_bound_of_bytes_is_never_passed_however_many_have_to_go()
    {
        int size = A.Entry(Of(1, tip: 1)).Size;
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxBytes = 3 * size }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry[] small = [await AddAsync(Of(1, tip: 3)), await AddAsync(Of(2, tip: 1)), await AddAsync(Of(3, tip: 2))];

        MempoolEntry large = await AddAsync(Of(4, tip: 9) with { CallData = Bytes.Own(new byte[32 + 32]) });

        Assert.That(large.Size, Is.GreaterThan(size).And.LessThan(2 * size));
        Assert.That(_pool.Bytes, Is.LessThanOrEqualTo(3 * size));
        Assert.That(_pool.Snapshot().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { small[0].UserOpHash, large.UserOpHash }));
        Assert.That(_store.Operations.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_replacement_that_is_larger_makes_room_for_itself()
    {
        int size = A.Entry(Of(1, tip: 1)).Size;
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxBytes = 2 * size }, _store, new OperationFeed(), TimeProvider.System);
        await AddAsync(Of(1, tip: 3));
        MempoolEntry other = await AddAsync(Of(2, tip: 1));

        await AddAsync(Of(1, tip: 9) with { CallData = Bytes.Own(new byte[64]) });

        Assert.That((_pool.Count, _store.Statuses[other.UserOpHash].State), Is.EqualTo((1, OperationState.Dropped)));
    }

    [Test]
    public async Task Of_operations_that_pay_the_same_the_youngest_is_evicted()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 2 }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry old = await AddAsync(Of(1, tip: 1));
        await AddAsync(Of(2, tip: 1));

        MempoolEntry dearer = await AddAsync(Of(3, tip: 2));

        Assert.That(_pool.Snapshot().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { old.UserOpHash, dearer.UserOpHash }));
    }

    [Test]
    public async Task What_waits_behind_an_evicted_nonce_goes_with_it()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 2 }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry first = await AddAsync(Of(1, tip: 1) with { Nonce = A.Nonce(0, 0) });
        MempoolEntry behind = await AddAsync(Of(1, tip: 8) with { Nonce = A.Nonce(0, 1) });

        await AddAsync(Of(2, tip: 5));

        Assert.That(_pool.Count, Is.EqualTo(1));
        Assert.That(_store.Statuses[first.UserOpHash].Reason, Does.StartWith("evicted"));
        Assert.That(_store.Statuses[behind.UserOpHash].Reason, Does.Contain(first.UserOpHash.ToString()));
    }

    [Test]
    public async Task An_operation_in_a_bundle_is_not_evicted()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 1 }, _store, new OperationFeed(), TimeProvider.System);
        MempoolEntry bundled = await AddAsync(Of(1, tip: 1));
        _pool.Take([bundled.UserOpHash]);

        Outcome<Hash32> refused = await _pool.AddAsync(A.Entry(Of(2, tip: 9), sequence: 9), _ => null, default);

        Assert.That(refused.Rejection, Is.InstanceOf<Rejection.LimitExceeded>());
    }

    [Test]
    public async Task An_operation_in_a_bundle_is_not_dropped_by_others()
    {
        MempoolEntry bundled = await AddAsync(Of(1, tip: 1));
        _pool.Take([bundled.UserOpHash]);

        IReadOnlyList<MempoolEntry> dropped = await _pool.DropAsync([bundled.UserOpHash], _ => "for a test", default);

        Assert.That((dropped.Count, _pool.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void What_was_never_validated_is_not_offered_when_it_is_released()
    {
        MempoolEntry entry = A.Entry(Of(1, tip: 1)) with { Validation = null, State = EntryState.Unvalidated };
        _pool.Restore(entry);
        _pool.Take([entry.UserOpHash]);

        _pool.Release([entry.UserOpHash]);
        IEnumerable<Hash32> before = [.. Offered()];
        _pool.Revalidated(entry.UserOpHash, A.Validation());

        Assert.That(before, Is.Empty);
        Assert.That(Offered(), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    [Test]
    public async Task Every_step_is_told_to_listeners()
    {
        OperationFeed feed = new();
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), _store, feed, TimeProvider.System);
        using OperationSubscription subscription = feed.Subscribe();

        MempoolEntry entry = await AddAsync(A.UserOperation());
        await _pool.RemoveAsync([entry.UserOpHash], OperationState.Included, _ => null, Hash32.Zero, default);

        List<OperationState> states = [];
        while (subscription.Events.TryRead(out OperationEvent? happened))
        {
            states.Add(happened.Status.State);
        }

        Assert.That(states, Is.EqualTo(new[] { OperationState.Pending, OperationState.Included }));
    }

    private static UserOperation Of(int sender, ulong tip) =>
        A.UserOperation() with { Sender = A.AddressOf(sender), MaxPriorityFeePerGas = tip, MaxFeePerGas = 100 };

    private async Task<MempoolEntry> AddAsync(UserOperation operation)
    {
        MempoolEntry entry = A.Entry(operation, sequence: ++_sequence);
        Outcome<Hash32> outcome = await _pool.AddAsync(entry, _ => null, default);
        Assert.That(outcome.Accepted, Is.True);
        return entry;
    }

    private IEnumerable<Hash32> Offered() => _pool.Candidates(0, 100).Select(entry => entry.UserOpHash);
}
