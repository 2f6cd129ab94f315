using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Blaming;

/// <summary>
/// After a bundle that could not be traced in time: for a while its EntryPoint's operations are weighed one by one before they go together. What was
/// found light is remembered.
/// </summary>
public sealed class Wariness(IOptions<BundlingOptions> options, TimeProvider clock)
{
    /// <summary>Operations leave the pool in many ways; beyond this many all are weighed again.</summary>
    private const int Capacity = 8_192;

    private readonly Lock _lock = new();
    private readonly Dictionary<Address, long> _alarms = [];
    private readonly HashSet<Hash32> _light = [];

    /// <summary>Whether operations are weighed before they go together.</summary>
    public bool IsWary(Address entryPoint)
    {
        lock (_lock)
        {
            return _alarms.TryGetValue(entryPoint, out long at) && clock.GetElapsedTime(at) < TimeSpan.FromSeconds(options.Value.WarySeconds);
        }
    }

    /// <summary>A bundle took too long; what was light before may not be so now.</summary>
    public void Alarm(Address entryPoint)
    {
        lock (_lock)
        {
            _alarms[entryPoint] = clock.GetTimestamp();
            _light.Clear();
        }
    }

    /// <summary>Weighed, and light: it is not weighed again before the next alarm.</summary>
    public void FoundLight(Hash32 userOpHash)
    {
        lock (_lock)
        {
            if (_light.Count >= Capacity)
            {
                _light.Clear();
            }

            _light.Add(userOpHash);
        }
    }

    /// <summary>Those that nobody has weighed yet, the ones with the least gas first.</summary>
    public IReadOnlyList<MempoolEntry> Unweighed(IEnumerable<MempoolEntry> entries)
    {
        lock (_lock)
        {
            return [.. entries.Where(entry => !_light.Contains(entry.UserOpHash)).OrderBy(entry => entry.Operation.CallGasLimit).ThenBy(entry => entry.Sequence)];
        }
    }
}
