using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// The keys of a fleet go from node to node. Whoever gets one takes up what is in flight with it, as after a restart; whoever loses one forgets its
/// flights without a word: what becomes of them is the next holder's to tell.
/// </summary>
internal sealed partial class FlightBoard
{
    private readonly Dictionary<Address, Fence> _keys = [];

    /// <summary>Brings the flights in line with the keys that this node has now; asks only the store, and that only for keys that are new.</summary>
    public async Task FollowDutiesAsync(CancellationToken cancellationToken)
    {
        if (ground.Duties.IsSole)
        {
            return;
        }

        foreach ((Address signer, _) in _keys.Where(key => !ground.Duties.Holds(key.Value)).ToArray())
        {
            Leave(signer);
        }

        IReadOnlyDictionary<Address, Fence> held = ground.Duties.Signers;
        if (held.Keys.All(_keys.ContainsKey))
        {
            return;
        }

        IReadOnlyList<StoredTransaction> open = await ground.Store.LoadOpenAsync(cancellationToken);
        Dictionary<Address, Fence> got = held.Where(key => !_keys.ContainsKey(key.Key)).ToDictionary();

        // Nothing waits between here and the end: no key is leased before its bundles in flight have their nonces.
        foreach ((Address signer, Fence fence) in got)
        {
            _keys.Add(signer, fence);
            signers.Begin(signer, fence);
        }

        Resume(open, signer => got.GetValueOrDefault(signer));
    }

    /// <summary>Flights that the store has refused to go on with, and all others of their keys.</summary>
    private void LeaveLost()
    {
        foreach (Flight lost in _flights.Where(flight => flight.IsLost).ToArray())
        {
            if (_keys.GetValueOrDefault(lost.Signer) == lost.Fence)
            {
                Leave(lost.Signer);
            }
            else
            {
                // Of an earlier number: the key may be here again since.
                Forget([lost]);
            }
        }
    }

    private void Leave(Address signer)
    {
        Flight[] left = [.. _flights.Where(flight => flight.Signer == signer)];
        Forget(left);
        _keys.Remove(signer);
        signers.Leave(signer);
        ground.Logger.LeftFlights(left.Length, signer.ToString());
    }

    private void Forget(Flight[] left)
    {
        foreach (Flight flight in left)
        {
            // What is stored is in flight, whoever has it.
            if (flight.InFlight is { Newest: null } bundle && mempools.TryGet(bundle.EntryPoint, out Mempool? pool))
            {
                pool.Release(bundle.UserOpHashes);
            }

            ground.Purse.Forget(flight.BundleId);
            ground.Sender.Settled(flight.BundleId, null);
        }

        _flights.RemoveAll(left.Contains);
    }
}
