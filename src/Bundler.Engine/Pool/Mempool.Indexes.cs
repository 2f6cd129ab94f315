using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>How an entry gets into the indexes and out of them again; always under the lock, always all of them together.</summary>
public sealed partial class Mempool
{
    private void Link(MempoolEntry entry)
    {
        _byHash.Add(entry.UserOpHash, entry);
        UserOperationNonce nonce = entry.Nonce;
        (Address, UInt256) key = (entry.Operation.Sender, nonce.Key);
        if (!_queues.TryGetValue(key, out SortedList<ulong, MempoolEntry>? queue))
        {
            _queues[key] = queue = [];
        }

        queue.Add(nonce.Sequence, entry);
        _entities.Add(entry);
        _byWorth.Add(WorthOf(entry));
        _bytes += entry.Size;
        if (entry.Operation.Paymaster is { } paymaster)
        {
            _reserves[paymaster] = Reserve(paymaster) + EntryPoint.RequiredPrefund(entry.Operation);
        }

        foreach (Address contract in entry.Validation?.AccessedSlots.Keys ?? [])
        {
            if (!_touchedContracts.TryGetValue(contract, out HashSet<Hash32>? by))
            {
                _touchedContracts[contract] = by = [];
            }

            by.Add(entry.UserOpHash);
        }
    }

    private void Unlink(MempoolEntry entry)
    {
        if (!_byHash.Remove(entry.UserOpHash))
        {
            return;
        }

        UserOperationNonce nonce = entry.Nonce;
        (Address, UInt256) key = (entry.Operation.Sender, nonce.Key);
        if (_queues.TryGetValue(key, out SortedList<ulong, MempoolEntry>? queue) && queue.Remove(nonce.Sequence) && queue.Count == 0)
        {
            _queues.Remove(key);
        }

        _entities.Remove(entry);
        _byWorth.Remove(WorthOf(entry));
        _bytes -= entry.Size;
        if (entry.Operation.Paymaster is { } paymaster)
        {
            UInt256 rest = UInt256.SubtractToZero(Reserve(paymaster), EntryPoint.RequiredPrefund(entry.Operation));
            if (rest.IsZero)
            {
                _reserves.Remove(paymaster);
            }
            else
            {
                _reserves[paymaster] = rest;
            }
        }

        foreach (Address contract in entry.Validation?.AccessedSlots.Keys ?? [])
        {
            if (_touchedContracts.TryGetValue(contract, out HashSet<Hash32>? by) && by.Remove(entry.UserOpHash) && by.Count == 0)
            {
                _touchedContracts.Remove(contract);
            }
        }
    }

    private void Replace(MempoolEntry entry)
    {
        _byHash[entry.UserOpHash] = entry;
        UserOperationNonce nonce = entry.Nonce;
        _queues[(entry.Operation.Sender, nonce.Key)][nonce.Sequence] = entry;
    }

    private static Worth WorthOf(MempoolEntry entry) => new(Tip(entry.Operation, UInt256.Zero), entry.Sequence, entry.UserOpHash);
}
