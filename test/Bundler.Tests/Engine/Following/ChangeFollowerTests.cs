using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Following;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Following;

/// <summary>How memory follows what other nodes stored.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChangeFollowerTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(20);

    private readonly MemoryChangeStore _store = new();
    private readonly MemoryMempoolStore _operations = new();
    private readonly OperationFeed _feed = new();
    private readonly EngineMetrics _metrics = new();
    private readonly ReputationLedger _reputation = new(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
    private readonly Mempools _mempools;
    private readonly ChangeMemory _memory;
    private readonly ChangeFollower _follower;

    public ChangeFollowerTests()
    {
        ServedEntryPoints entryPoints = new([A.EntryPoint]);
        _mempools = new Mempools(entryPoints, Options.Create(new PoolOptions()), _operations, _feed, TimeProvider.System);
        _memory = new ChangeMemory(_mempools, entryPoints, _reputation, _feed, NullLogger<ChangeMemory>.Instance);
        _follower = new ChangeFollower(_store, _memory, new MemorySubmissionStore(), _metrics, NullLogger<ChangeFollower>.Instance, TimeProvider.System);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _follower.StopAsync(default);
        _follower.Dispose();
        _metrics.Dispose();
    }

    private Mempool Pool => _mempools[A.EntryPoint.Address];

    [Test]
    public async Task What_is_told_is_remembered_and_published()
    {
        using OperationSubscription listener = _feed.Subscribe();
        await StartAsync();
        MempoolEntry entry = Entry(1);

        _store.Store(new FleetChange.Added(1, Stored(entry)));

        OperationEvent heard = await listener.Events.ReadAsync();
        Assert.That(heard.Status, Is.EqualTo(new OperationStatusRecord(entry.UserOpHash, OperationState.Pending, null, null, entry.AdmittedAt)));
        Assert.That(heard.IsElsewhere, Is.True);
        Assert.That(Pool.Candidates(0, 9).Select(each => each.UserOpHash), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    [Test]
    public async Task A_lost_notification_is_repaired_by_reading_on()
    {
        await StartAsync();
        _store.Store(new FleetChange.Added(1, Stored(Entry(1))));
        await KnownAsync(1);

        _store.Store(new FleetChange.Added(2, Stored(Entry(2))), notify: false);
        _store.Store(new FleetChange.Added(3, Stored(Entry(3))), notify: false);
        _store.Tick();

        await KnownAsync(3);
        Assert.That(_memory.Loads, Is.Zero);
    }

    [Test]
    public async Task Numbers_that_were_never_given_are_no_gap()
    {
        await StartAsync();
        _store.Store(new FleetChange.Added(1, Stored(Entry(1))));
        _store.Store(new FleetChange.Added(900, Stored(Entry(2))));

        await KnownAsync(2);
        await AppliedAsync(900);
        Assert.That(_memory.Loads, Is.Zero);
    }

    [Test]
    public async Task What_was_deleted_before_it_was_read_is_loaded_once()
    {
        await StartAsync();
        _store.Store(new FleetChange.Added(1, Stored(Entry(1))));
        await KnownAsync(1);
        _store.Operations = [Stored(Entry(2)), Stored(Entry(3))];
        _store.Counters = [new StoredReputation(A.EntryPoint.Address, A.Paymaster, 7, 3)];
        _store.Delete(until: 50);

        _store.Tick();

        await LoadedAsync(1);
        Assert.That(Pool.Snapshot().Select(entry => entry.Operation.Sender), Is.EqualTo(new[] { A.AddressOf(2), A.AddressOf(3) }));
        Assert.That(_reputation.Get(A.EntryPoint.Address, A.Paymaster), Is.EqualTo(new ReputationEntry(A.Paymaster, 7, 3)));
        Assert.That((_memory.Applied, _memory.Loads), Is.EqualTo((50L, 1L)));
    }

    [Test]
    public async Task Own_changes_are_known_already()
    {
        await StartAsync();
        _store.Store(new FleetChange.Own(1));
        _store.Store(new FleetChange.Added(2, Stored(Entry(1))));

        await KnownAsync(1);
        await AppliedAsync(2);
        Assert.That(_memory.Changes, Is.EqualTo(1));
    }

    [Test]
    public async Task More_than_a_page_is_read_at_once()
    {
        const int many = ChangeFollower.PageSize + 3;
        for (int i = 1; i <= many; i++)
        {
            _store.Store(new FleetChange.Told(i + 100, new OperationStatusRecord(A.HashOf((ulong)i), OperationState.Pending, null, null, A.Moment), null), notify: false);
        }

        await _follower.AttachAsync(default);
        await _follower.StartAsync(default);

        await AppliedAsync(many + 100);
    }

    [Test]
    public async Task A_store_that_is_away_for_a_while_is_followed_again()
    {
        await StartAsync();
        _store.Fault = new StoreUnavailableException("away");
        _store.Store(new FleetChange.Added(1, Stored(Entry(1))));
        await Eventually.Async(() => _store.Refusals >= 1, _deadline, "it was asked");
        _store.Fault = null;

        await KnownAsync(1);
        Assert.That(_memory.Loads, Is.Zero);
    }

    [Test]
    public async Task Who_is_alone_asks_nothing()
    {
        _store.IsShared = false;
        _store.Fault = new StoreUnavailableException("nobody is to ask");
        await _follower.BeginAsync(default);
        await _follower.AttachAsync(default);
        await _follower.StartAsync(default);
        await _follower.ExecuteTask!;

        Assert.That(_store.Waits, Is.Zero);
    }

    [Test]
    public void A_change_that_comes_again_changes_nothing()
    {
        MempoolEntry entry = Entry(1);
        _memory.Apply([new FleetChange.Added(1, Stored(entry)), new FleetChange.Told(2, Status(entry, OperationState.Dropped), null)]);

        _memory.Apply([new FleetChange.Added(1, Stored(entry))]);

        Assert.That(Pool.Count, Is.Zero);
    }

    [Test]
    public void An_operation_in_a_bundle_elsewhere_is_offered_again_when_the_bundle_is_settled()
    {
        MempoolEntry entry = Entry(1);
        _memory.Apply([new FleetChange.Added(1, Stored(entry)), new FleetChange.Taken(2, entry.UserOpHash)]);
        int offered = Pool.Candidates(0, 9).Count;

        _memory.Apply([new FleetChange.Released(3, entry.UserOpHash)]);

        Assert.That((offered, Pool.Candidates(0, 9).Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_bundle_elsewhere_has_what_was_about_to_be_replaced_here()
    {
        MempoolEntry first = Entry(1);
        await Pool.AddAsync(first, _ => null, default);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _operations.Gate = gate.Task;
        Task<Outcome<Hash32>> replacement = Pool.AddAsync(
            A.Entry(first.Operation with { MaxFeePerGas = 9_000_000_000 }, sequence: 2),
            view => view.Find(first.Operation.Sender, 0)?.IsIdle == true ? null : new Rejection.InvalidFields("nonce", "taken"),
            default);

        _memory.Apply([new FleetChange.Taken(1, first.UserOpHash)]);
        gate.SetResult();

        Assert.That((await replacement).Accepted, Is.False);
        Assert.That(Pool.InFlight().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { first.UserOpHash }));
    }

    [Test]
    public void What_another_node_has_not_validated_is_not_offered()
    {
        _memory.Apply([new FleetChange.Added(1, Stored(Entry(1)) with { Validation = null })]);

        Assert.That((Pool.Count, Pool.Pending), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task What_is_emptied_elsewhere_is_emptied_here()
    {
        await Pool.AddAsync(Entry(5), _ => null, default);
        _reputation.Set(A.EntryPoint.Address, [new ReputationEntry(A.Paymaster, 5, 5)]);

        _memory.Apply([new FleetChange.Cleared(1, null), new FleetChange.CountersCleared(2, A.EntryPoint.Address)]);

        Assert.That((Pool.Count, _reputation.Dump(A.EntryPoint.Address).Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Arrivals_here_come_behind_those_elsewhere()
    {
        _memory.Apply([new FleetChange.Added(1, Stored(Entry(1)) with { Sequence = 41 })]);

        Assert.That(_mempools.NextSequence(), Is.EqualTo(42));
    }

    private async Task StartAsync()
    {
        await _follower.BeginAsync(default);
        await _follower.AttachAsync(default);
        await _follower.StartAsync(default);
    }

    /// <summary>The last that a load does is to count itself.</summary>
    private Task LoadedAsync(int loads) => Eventually.Async(() => _memory.Loads == loads, _deadline, $"everything was loaded {loads} times");

    private Task AppliedAsync(long sequence) => Eventually.Async(() => _memory.Applied == sequence, _deadline, $"all up to {sequence} is put in");

    private Task KnownAsync(int count) => Eventually.Async(() => Pool.Count == count, _deadline, $"{count} operations are known");

    private static MempoolEntry Entry(int sender) => A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender) }, sequence: sender);

    private static OperationStatusRecord Status(MempoolEntry entry, OperationState state) => new(entry.UserOpHash, state, null, null, A.Moment);

    private static StoredOperation Stored(MempoolEntry entry) => new(
        entry.UserOpHash, A.EntryPoint.Address, entry.Operation.Sender, OperationJson.Write(A.EntryPoint, entry.Operation), entry.AdmittedAt, 1, entry.Sequence)
    {
        Validation = ValidationJson.Write(A.Validation()),
    };
}
