using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Pace;

/// <summary>
/// Operations that the pending block makes fail although the newest block does not. They wait for the next head, and longer each time: what
/// spoils them may wait in the node's pool for ever.
/// </summary>
public sealed class WaitingForHead
{
    /// <summary>Heads.</summary>
    private const ulong LongestPause = 64;

    /// <summary>Operations leave the pool in many ways; beyond this many the one that waits since the oldest head is forgotten.</summary>
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, (ulong Until, ulong Pause)> _waiting = [];

    /// <param name="userOpHash">The operation.</param>
    /// <param name="head">The newest block when it failed on what follows it.</param>
    public void Add(Hash32 userOpHash, ulong head)
    {
        lock (_lock)
        {
            if (_waiting.Count >= Capacity && !_waiting.ContainsKey(userOpHash))
            {
                _waiting.Remove(_waiting.MinBy(pair => pair.Value.Until).Key);
            }

            ulong pause = _waiting.TryGetValue(userOpHash, out (ulong Until, ulong Pause) last) ? Math.Min(last.Pause * 2, LongestPause) : 1;
            _waiting[userOpHash] = (head + pause, pause);
        }
    }

    /// <summary>Whether it is too early to try again on this head.</summary>
    public bool Waits(Hash32 userOpHash, ulong head)
    {
        lock (_lock)
        {
            return _waiting.TryGetValue(userOpHash, out (ulong Until, ulong Pause) found) && head < found.Until;
        }
    }
}
