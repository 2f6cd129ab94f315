using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

public sealed class NonceQueuesTests
{
    private NonceQueues _queues = null!;

    [SetUp]
    public void SetUp() => _queues = new();

    [Test]
    public void A_queue_is_in_the_order_of_nonces_whatever_the_order_of_arrival()
    {
        MempoolEntry[] entries = [Add(1, 5), Add(1, 3), Add(1, 4)];

        Assert.That(_queues.Of(A.Account, 1), Is.EqualTo(new[] { entries[1], entries[2], entries[0] }));
        Assert.That(_queues.Find(A.Account, A.Nonce(1, 4)), Is.SameAs(entries[2]));
        Assert.That(_queues.Find(A.Account, A.Nonce(2, 4)), Is.Null);
    }

    [Test]
    public void The_next_one_follows_without_a_gap()
    {
        MempoolEntry first = Add(1, 3);
        MempoolEntry second = Add(1, 4);
        Add(1, 6);

        Assert.That((_queues.Next(first), _queues.Next(second)), Is.EqualTo((second, (MempoolEntry?)null)));
    }

    [Test]
    public void Only_the_lowest_nonce_of_a_key_is_first()
    {
        MempoolEntry first = Add(1, 3);
        MempoolEntry second = Add(1, 4);
        MempoolEntry elsewhere = Add(2, 9);

        Assert.That(new[] { first, second, elsewhere }.Select(_queues.IsFirst), Is.EqualTo(new[] { true, false, true }));
    }

    [Test]
    public void What_waits_behind_an_operation_is_found_after_it_has_left()
    {
        MempoolEntry first = Add(1, 3);
        MempoolEntry second = Add(1, 4);
        _queues.Remove(first);

        Assert.That(_queues.Behind(first), Is.EqualTo(new[] { second }));
        Assert.That(_queues.IsFirst(second), Is.True);
    }

    [Test]
    public void A_queue_that_was_handed_out_does_not_change()
    {
        MempoolEntry first = Add(1, 3);
        IReadOnlyList<MempoolEntry> before = _queues.Of(A.Account, 1);

        _queues.Replace(first with { State = EntryState.Bundled });
        Add(1, 4);
        _queues.Remove(first);

        Assert.That(before, Is.EqualTo(new[] { first }));
        Assert.That(_queues.Of(A.Account, 1).Select(entry => entry.Nonce.Sequence), Is.EqualTo(new[] { 4UL }));
    }

    private MempoolEntry Add(ulong key, ulong sequence)
    {
        MempoolEntry entry = A.Entry(A.UserOperation() with { Nonce = A.Nonce(key, sequence) });
        _queues.Add(entry);
        return entry;
    }
}
