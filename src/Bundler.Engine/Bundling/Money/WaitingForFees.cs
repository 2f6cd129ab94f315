using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Money;

/// <summary>
/// Operations that were found not to pay, as measured, at a price of gas. They wait until gas is cheaper; now and then they are measured again,
/// as what they use may have changed, and each time later: measuring is work that others wait for.
/// </summary>
public sealed class WaitingForFees(TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Operations leave the pool in many ways; beyond this many the oldest is forgotten.</summary>
    private const int Capacity = 16_384;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, Measured> _waiting = [];

    /// <param name="userOpHash">The operation.</param>
    /// <param name="gasPrice">wei per gas at which it did not pay.</param>
    public void Add(Hash32 userOpHash, UInt256 gasPrice)
    {
        lock (_lock)
        {
            bool isKnown = _waiting.TryGetValue(userOpHash, out Measured last);
            if (_waiting.Count >= Capacity && !isKnown)
            {
                _waiting.Remove(_waiting.MinBy(pair => pair.Value.Since).Key);
            }

            // Who is measured again because gas was cheaper begins anew.
            bool isAgain = isKnown && gasPrice >= last.Price;
            TimeSpan pause = isAgain ? TimeSpan.FromTicks(Math.Min(last.Pause.Ticks * 2, LongestPause.Ticks)) : FirstPause;
            _waiting[userOpHash] = new Measured(gasPrice, clock.GetTimestamp(), pause);
        }
    }

    /// <summary>Whether it is not worth trying at this price.</summary>
    public bool Waits(Hash32 userOpHash, UInt256 gasPrice)
    {
        lock (_lock)
        {
            return _waiting.TryGetValue(userOpHash, out Measured found)
                && gasPrice >= found.Price
                && clock.GetElapsedTime(found.Since) < found.Pause;
        }
    }

    private readonly record struct Measured(UInt256 Price, long Since, TimeSpan Pause);
}
