using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

/// <summary>Changes of other nodes that come while this one's are on their way into the store: theirs are first, and the rules decide anew.</summary>
public sealed class MempoolFollowingTests
{
    private const ulong First = 77;

    private MemoryMempoolStore _store = null!;
    private TaskCompletionSource _gate = null!;
    private Mempool _pool = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new MemoryMempoolStore();
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pool = new Mempool(A.EntryPoint, new PoolOptions { MaxOperations = 2 }, _store, new OperationFeed(), TimeProvider.System);
    }

    [Test]
    public async Task Whoever_was_stored_first_keeps_the_nonce()
    {
        MempoolEntry theirs = Entry(1, tip: 1);
        Task<Outcome<Hash32>> ours = AddLater(Entry(1, tip: 2), OneAtATime);

        _pool.Follow(theirs);
        _gate.SetResult();

        Assert.That((await ours).Rejection?.Message, Is.EqualTo("nonce: taken"));
        Assert.That(Hashes, Is.EqualTo(new[] { theirs.UserOpHash }));
        Assert.That(_store.Operations, Is.Empty);
    }

    [Test]
    public async Task What_does_not_concern_it_lets_it_in()
    {
        MempoolEntry theirs = Entry(2, tip: 1);
        MempoolEntry entry = Entry(1, tip: 2);
        Task<Outcome<Hash32>> ours = AddLater(entry, OneAtATime);

        _pool.Follow(theirs);
        _gate.SetResult();

        Assert.That((await ours).Accepted, Is.True);
        Assert.That(Hashes, Is.EquivalentTo(new[] { theirs.UserOpHash, entry.UserOpHash }));
        Assert.That(_pool.Pending, Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_replaced_here_but_taken_by_a_bundle_there_stays()
    {
        MempoolEntry first = Entry(1, tip: 1) with { AdmittedAtBlock = First };
        await _pool.AddAsync(first, _ => null, default);
        Task<Outcome<Hash32>> ours = AddLater(Entry(1, tip: 2), OneAtATime);

        _pool.FollowTaken(first.UserOpHash);
        _gate.SetResult();

        Assert.That((await ours).Accepted, Is.False);
        Assert.That(_pool.InFlight().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { first.UserOpHash }));
    }

    [Test]
    public async Task What_is_dropped_here_but_taken_by_a_bundle_there_stays()
    {
        MempoolEntry first = Entry(1, tip: 1);
        await _pool.AddAsync(first, _ => null, default);
        _store.Gate = _gate.Task;
        Task<IReadOnlyList<MempoolEntry>> drop = _pool.DropAsync([first.UserOpHash], _ => "withdrawn", default);

        _pool.FollowTaken(first.UserOpHash);
        _gate.SetResult();

        Assert.That(await drop, Is.Empty);
        Assert.That(Hashes, Is.EqualTo(new[] { first.UserOpHash }));
    }

    [Test]
    public async Task Who_was_to_be_evicted_and_has_left_elsewhere_does_not_come_back()
    {
        MempoolEntry cheap = Entry(1, tip: 1);
        await _pool.AddAsync(cheap, _ => null, default);
        await _pool.AddAsync(Entry(2, tip: 5), _ => null, default);
        MempoolEntry dear = Entry(3, tip: 9);
        Task<Outcome<Hash32>> ours = AddLater(dear, _ => null);

        _pool.FollowEnd(cheap.UserOpHash);
        _gate.SetResult();

        Assert.That((await ours).Accepted, Is.True);
        Assert.That(_pool.Count, Is.EqualTo(2));
        Assert.That(Hashes, Does.Contain(dear.UserOpHash).And.Not.Contain(cheap.UserOpHash));
        Assert.That(_store.Statuses.ContainsKey(cheap.UserOpHash) && _store.Statuses[cheap.UserOpHash].State == OperationState.Dropped, Is.False);
    }

    [Test]
    public async Task A_fault_after_another_nodes_change_leaves_that_change_alone()
    {
        MempoolEntry theirs = Entry(1, tip: 1);
        Task<Outcome<Hash32>> ours = AddLater(Entry(1, tip: 2), OneAtATime);
        _pool.Follow(theirs);
        _store.Fault = new IOException("disk full");
        _gate.SetResult();

        Assert.That(async () => await ours, Throws.InstanceOf<IOException>());
        Assert.That(Hashes, Is.EqualTo(new[] { theirs.UserOpHash }));
    }

    private IEnumerable<Hash32> Hashes => _pool.Snapshot().Select(entry => entry.UserOpHash);

    /// <summary>Its nonce is free, or had by the very first one as long as that is idle.</summary>
    private static Rejection? OneAtATime(MempoolView view) =>
        view.Find(A.AddressOf(1), 0) is { } known && !(known.IsIdle && known.AdmittedAtBlock == First)
            ? new Rejection.InvalidFields("nonce", "taken")
            : null;

    private Task<Outcome<Hash32>> AddLater(MempoolEntry entry, Func<MempoolView, Rejection?> check)
    {
        _store.Gate = _gate.Task;
        return _pool.AddAsync(entry, check, default);
    }

    private static MempoolEntry Entry(int sender, int tip) =>
        A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender), MaxPriorityFeePerGas = tip, MaxFeePerGas = 100 }, sequence: tip);
}
