namespace Bundler.Paymaster.Keys;

/// <summary>How often keys were used in the present minute, at this node. As many entries as there are keys that were used in it.</summary>
public sealed class ApiKeyRates(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _used = [];
    private long _minute;

    /// <summary>Whether the key may be used once more now; counts it.</summary>
    public bool Takes(ApiKey key)
    {
        if (key.PerMinute is not { } most)
        {
            return true;
        }

        long minute = clock.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        lock (_lock)
        {
            if (minute != _minute)
            {
                _minute = minute;
                _used.Clear();
            }

            int used = _used.GetValueOrDefault(key.Id);
            if (used >= most)
            {
                return false;
            }

            _used[key.Id] = used + 1;
            return true;
        }
    }
}
