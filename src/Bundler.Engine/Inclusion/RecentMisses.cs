using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>What has lately been looked for in vain; bounded, and forgotten after a while.</summary>
internal sealed class RecentMisses(TimeSpan lasts, TimeProvider clock)
{
    private const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, long> _missedAt = [];

    public bool Contains(Hash32 hash)
    {
        lock (_lock)
        {
            return _missedAt.TryGetValue(hash, out long at) && clock.GetElapsedTime(at) < lasts;
        }
    }

    public void Add(Hash32 hash)
    {
        lock (_lock)
        {
            if (_missedAt.Count >= Capacity)
            {
                _missedAt.Clear();
            }

            _missedAt[hash] = clock.GetTimestamp();
        }
    }
}
