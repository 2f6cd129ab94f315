using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The last so many hashes, to tell a new one.</summary>
internal sealed class RecentHashes(int capacity)
{
    private readonly HashSet<Hash32> _known = [];
    private readonly Queue<Hash32> _order = [];

    /// <returns>False when the hash is among the last.</returns>
    public bool Add(Hash32 hash)
    {
        if (!_known.Add(hash))
        {
            return false;
        }

        _order.Enqueue(hash);
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}
