using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// The pending operations of each sender and nonce key, in the order of their sequences. A queue is an array that is replaced, never changed:
/// whoever got it may keep it. Owned by a <see cref="Mempool"/>, used under its lock.
/// </summary>
internal sealed class NonceQueues
{
    private readonly Dictionary<(Address Sender, UInt256 Key), MempoolEntry[]> _queues = [];

    public IReadOnlyList<MempoolEntry> Of(Address sender, UInt256 key) => Queue((sender, key));

    public MempoolEntry? Find(Address sender, UInt256 nonce)
    {
        UserOperationNonce parts = UserOperationNonce.Of(nonce);
        return Array.Find(Queue((sender, parts.Key)), entry => entry.Nonce.Sequence == parts.Sequence);
    }

    /// <summary>Nothing pending comes before it in its nonce order.</summary>
    public bool IsFirst(MempoolEntry entry) => Queue(KeyOf(entry))[0].UserOpHash == entry.UserOpHash;

    /// <summary>What has the next nonce after the entry.</summary>
    public MempoolEntry? Next(MempoolEntry entry)
    {
        MempoolEntry[] queue = Queue(KeyOf(entry));
        int next = Place(queue, entry) + 1;
        return next < queue.Length && queue[next].Nonce.Sequence == entry.Nonce.Sequence + 1 ? queue[next] : null;
    }

    /// <summary>All that waits behind the entry, whether it is still there or not.</summary>
    public IEnumerable<MempoolEntry> Behind(MempoolEntry entry) => Queue(KeyOf(entry)).Where(other => other.Nonce.Sequence > entry.Nonce.Sequence);

    public void Add(MempoolEntry entry)
    {
        MempoolEntry[] queue = Queue(KeyOf(entry));
        int place = Array.FindLastIndex(queue, other => other.Nonce.Sequence < entry.Nonce.Sequence) + 1;
        _queues[KeyOf(entry)] = [.. queue[..place], entry, .. queue[place..]];
    }

    public void Remove(MempoolEntry entry)
    {
        MempoolEntry[] rest = Array.FindAll(Queue(KeyOf(entry)), other => other.UserOpHash != entry.UserOpHash);
        if (rest.Length == 0)
        {
            _queues.Remove(KeyOf(entry));
        }
        else
        {
            _queues[KeyOf(entry)] = rest;
        }
    }

    /// <summary>The entry takes the place of an earlier state of itself.</summary>
    public void Replace(MempoolEntry entry)
    {
        MempoolEntry[] queue = [.. Queue(KeyOf(entry))];
        queue[Place(queue, entry)] = entry;
        _queues[KeyOf(entry)] = queue;
    }

    private MempoolEntry[] Queue((Address Sender, UInt256 Key) key) => _queues.GetValueOrDefault(key, []);

    private static int Place(MempoolEntry[] queue, MempoolEntry entry) => Array.FindIndex(queue, other => other.UserOpHash == entry.UserOpHash);

    private static (Address Sender, UInt256 Key) KeyOf(MempoolEntry entry) => (entry.Operation.Sender, entry.Nonce.Key);
}
