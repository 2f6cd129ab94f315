using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Pool;

/// <summary>Whatever waits has a reason; who waits takes nobody's place; the order is that of worth.</summary>
public sealed class MempoolWaitingTests
{
    private readonly ManualTimeProvider _clock = new();
    private Mempool _pool = null!;

    [SetUp]
    public void SetUp() => _pool = Pool(null);

    [Test]
    public void An_operation_that_nothing_keeps_has_no_reason() => Assert.That(_pool.WaitsBecause(Pending(1, tip: 1)), Is.Null);

    [Test]
    public void The_newest_reason_is_told_and_the_time_since_the_first()
    {
        MempoolEntry entry = Pending(1, tip: 1);
        Postpone(entry, "one");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Postpone(entry, "another");
        _pool.Revalidated(entry.UserOpHash, A.Validation());
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(_pool.Ask(view => view.Wait(entry)), Is.EqualTo((TimeSpan.FromSeconds(10), "another")));
    }

    [Test]
    public void Who_goes_or_leaves_waits_no_more()
    {
        MempoolEntry[] both = [Pending(1, tip: 1), Pending(2, tip: 1)];
        Array.ForEach(both, entry => Postpone(entry, "a reason"));
        _pool.WaitNoMore([both[0].UserOpHash]);
        _pool.RemoveAsync([both[1].UserOpHash], OperationState.Included, _ => null, null, default).GetAwaiter().GetResult();
        _pool.Restore(both[1]);

        Assert.That(both.Select(_pool.WaitsBecause), Is.All.Null);
    }

    [Test]
    public void What_follows_another_waits_for_it()
    {
        MempoolEntry first = Pending(1, tip: 1);
        MempoolEntry second = Pending(1, tip: 1, nonce: 1);

        Assert.That(_pool.WaitsBecause(second), Does.Contain(first.UserOpHash.ToString()));
    }

    [Test]
    public void Who_waits_takes_nobodys_place_among_the_candidates()
    {
        MempoolEntry[] waiting = [.. Enumerable.Range(1, 50).Select(sender => Pending(sender, tip: 9))];
        MempoolEntry behind = Pending(1, tip: 9, nonce: 1);
        MempoolEntry free = Pending(99, tip: 1);

        IReadOnlyList<MempoolEntry> offered = _pool.Candidates(0, 10, entry => waiting.Contains(entry));

        Assert.That(offered, Is.EqualTo(new[] { free }));
        Assert.That(offered, Has.No.Member(behind));
    }

    [TestCase(0u)]
    [TestCase(3_000_000_000u)]
    public void Who_pays_for_half_of_its_gas_comes_after_who_pays_for_all_though_its_tip_is_higher(uint baseFee)
    {
        PreVerificationGasPolicy policy = new(Options.Create(new GasOptions()), Options.Create(new ValidationOptions()), A.Chain);
        _pool = Pool(policy);
        Bytes large = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]);
        MempoolEntry poor = Pending(1, tip: 15, change: operation => operation with { CallData = large, PreVerificationGas = 100_000 });
        MempoolEntry honest = Pending(2, tip: 10, change: operation => operation with { PreVerificationGas = 60_000 });

        Assert.Multiple(() =>
        {
            Assert.That(_pool.Candidates(baseFee, 10).Select(entry => entry.UserOpHash), Is.EqualTo(new[] { honest.UserOpHash, poor.UserOpHash }));
            Assert.That(poor.Coverage.Permille, Is.LessThan(600u));
            Assert.That((poor.Coverage.IsAsAsked, honest.Coverage), Is.EqualTo((false, Coverage.Full)));
        });
    }

    private Mempool Pool(PreVerificationGasPolicy? policy) =>
        new(A.EntryPoint, new PoolOptions(), new MemoryMempoolStore(), new OperationFeed(), _clock, policy);

    private void Postpone(MempoolEntry entry, string reason) => _pool.Postpone(new Dictionary<Hash32, string> { [entry.UserOpHash] = reason });

    private MempoolEntry Pending(int sender, ulong tip, ulong nonce = 0, Func<UserOperation, UserOperation>? change = null)
    {
        UserOperation operation = A.UserOperation() with
        {
            Sender = A.AddressOf(sender),
            Nonce = A.Nonce(0, nonce),
            CallGasLimit = 50_000,
            MaxFeePerGas = 100_000_000_000,
            MaxPriorityFeePerGas = tip * 1_000_000_000,
        };
        MempoolEntry entry = A.Entry(change?.Invoke(operation) ?? operation, A.Validation());
        _pool.Restore(entry);
        return _pool.TryGet(entry.UserOpHash, out MempoolEntry? pending) ? pending : throw new AssertionException("it is not in the pool");
    }
}
