using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Operations that were found not to pay, as measured, at a price of gas. They wait until gas is cheaper; now and then they are measured again,
/// as what they use may have changed.
/// </summary>
public sealed class WaitingForFees(TimeProvider clock)
{
    private static readonly TimeSpan MeasureAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>Operations leave the pool in many ways; beyond this many the oldest is forgotten.</summary>
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, (UInt256 Price, long Since)> _waiting = [];

    /// <param name="gasPrice">wei per gas at which it did not pay.</param>
    public void Add(Hash32 userOpHash, UInt256 gasPrice)
    {
        lock (_lock)
        {
            if (_waiting.Count >= Capacity && !_waiting.ContainsKey(userOpHash))
            {
                _waiting.Remove(_waiting.MinBy(pair => pair.Value.Since).Key);
            }

            _waiting[userOpHash] = (gasPrice, clock.GetTimestamp());
        }
    }

    /// <summary>Whether it is not worth trying at this price.</summary>
    public bool Waits(Hash32 userOpHash, UInt256 gasPrice)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(userOpHash, out (UInt256 Price, long Since) found))
            {
                return false;
            }

            if (gasPrice < found.Price || clock.GetElapsedTime(found.Since) >= MeasureAgainAfter)
            {
                _waiting.Remove(userOpHash);
                return false;
            }

            return true;
        }
    }
}
