using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Grants;

/// <summary>
/// What the grants of the last hour can cost together. Of all that were signed for one nonce the chain takes one, so they count once, as the dearest of them did, until an hour after the last: who asks
/// again with other fees uses up nobody's hour. As long as the rate of signatures is bounded, so is this; not safe for several threads.
/// </summary>
internal sealed class GrantHour(TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Dictionary<Hash32, (long At, UInt256 Wei)> _slots = [];
    private readonly Queue<(long At, Hash32 Slot)> _order = new();

    /// <summary>wei.</summary>
    public UInt256 Wei { get; private set; }

    /// <summary>wei that one more of a nonce would add.</summary>
    public UInt256 More(Hash32 slot, UInt256 worst)
    {
        Forget();
        return UInt256.SubtractToZero(worst, _slots.GetValueOrDefault(slot).Wei);
    }

    /// <summary>It is signed.</summary>
    public void Take(Hash32 slot, UInt256 worst)
    {
        UInt256 more = More(slot, worst);
        long now = clock.GetTimestamp();
        _slots[slot] = (now, _slots.GetValueOrDefault(slot).Wei + more);
        _order.Enqueue((now, slot));
        Wei += more;
    }

    /// <summary>A nonce for which something was signed since has a later place in the order.</summary>
    private void Forget()
    {
        while (_order.TryPeek(out (long At, Hash32 Slot) oldest) && clock.GetElapsedTime(oldest.At) >= Hour)
        {
            _order.Dequeue();
            if (_slots.TryGetValue(oldest.Slot, out (long At, UInt256 Wei) known) && known.At == oldest.At)
            {
                _slots.Remove(oldest.Slot);
                Wei -= known.Wei;
            }
        }
    }
}
