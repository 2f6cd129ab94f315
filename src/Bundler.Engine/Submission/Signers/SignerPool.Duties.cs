using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Signers;

/// <summary>Of a fleet's nodes one uses a key at a time.</summary>
public sealed partial class SignerPool
{
    /// <summary>
    /// The key is this node's from now on, and its account is looked at anew: what the node before used is no stranger's doing. It is leased when the
    /// account's nonce is known, which is asked after its bundles in flight are taken up.
    /// </summary>
    internal void Begin(Address signer, Fence fence)
    {
        lock (_lock)
        {
            if (_seats.TryGetValue(signer, out SignerSeat? seat))
            {
                Empty(seat);
                seat.Fence = fence;
            }
        }
    }

    /// <summary>The key is another node's: its leases here mean nothing any more.</summary>
    internal void Leave(Address signer)
    {
        lock (_lock)
        {
            if (_seats.TryGetValue(signer, out SignerSeat? seat))
            {
                Empty(seat);
                seat.Fence = null;
                _anyFree = _seats.Values.Any(IsFree);
            }
        }
    }

    private static void Empty(SignerSeat seat)
    {
        seat.Leased.Clear();
        seat.Confirmed = null;
        seat.Used = 0;
        seat.Watch = new KeyWatch();
        seat.IsShared = false;
    }
}
