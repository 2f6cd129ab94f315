using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>How an entry gets into the indexes and out of them again; always under the lock, always all of them together.</summary>
public sealed partial class Mempool
{
    private void Link(MempoolEntry entry)
    {
        _byHash.Add(entry.UserOpHash, entry);
        _queues.Add(entry);
        _byWorth.Add(Worth.Of(entry));
        _bytes += entry.Size;
        CountIn(entry);
        foreach (Entity entity in entry.Entities)
        {
            _entities.Add(entity, entry.UserOpHash);
        }

        if (entry.Operation.Paymaster is { } paymaster)
        {
            _reserves[paymaster] = Reserve(paymaster) + EntryPoint.RequiredPrefund(entry.Operation);
        }

        foreach (Address contract in entry.Validation?.AccessedSlots.Keys ?? [])
        {
            _touchedContracts.Add(contract, entry.UserOpHash);
        }
    }

    /// <summary>Whoever comes back finds its nonce taken if its sender has sent another one meanwhile.</summary>
    private void LinkUnlessTaken(MempoolEntry entry)
    {
        if (!_byHash.ContainsKey(entry.UserOpHash) && Find(entry.Operation.Sender, entry.Operation.Nonce) is null)
        {
            Link(entry);
        }
    }

    /// <summary>The entry in another state that changes its indexes; it waits on as it did.</summary>
    private void Relink(MempoolEntry entry)
    {
        _waiting.TryGetValue(entry.UserOpHash, out Wait? wait);
        Unlink(entry);
        Link(Weighed(entry));
        if (wait is not null)
        {
            _waiting[entry.UserOpHash] = wait;
        }
    }

    private MempoolEntry Weighed(MempoolEntry entry) => prices is null ? entry : entry with
    {
        Coverage = prices.CoverageOf(
            EntryPoint,
            entry.Operation,
            entry.CalldataTokens,
            entry.Size,
            entry.Validation is { } validation ? validation.VerificationGasUsed + validation.PaymasterVerificationGasUsed : 0),
    };

    private void Unlink(MempoolEntry entry)
    {
        if (!_byHash.Remove(entry.UserOpHash, out MempoolEntry? known))
        {
            return;
        }

        _waiting.Remove(known.UserOpHash);
        _queues.Remove(known);
        _byWorth.Remove(Worth.Of(known));
        _bytes -= known.Size;
        CountOut(known);
        foreach (Entity entity in known.Entities)
        {
            _entities.Remove(entity, known.UserOpHash);
        }

        if (known.Operation.Paymaster is { } paymaster)
        {
            UInt256 rest = UInt256.SubtractToZero(Reserve(paymaster), EntryPoint.RequiredPrefund(known.Operation));
            if (rest.IsZero)
            {
                _reserves.Remove(paymaster);
            }
            else
            {
                _reserves[paymaster] = rest;
            }
        }

        foreach (Address contract in known.Validation?.AccessedSlots.Keys ?? [])
        {
            _touchedContracts.Remove(contract, known.UserOpHash);
        }
    }

    /// <summary>Another state of an entry that is there; whatever else is indexed stays the same.</summary>
    private void Replace(MempoolEntry entry)
    {
        CountOut(_byHash[entry.UserOpHash]);
        _byHash[entry.UserOpHash] = entry;
        _queues.Replace(entry);
        CountIn(entry);
    }

    private void CountIn(MempoolEntry entry)
    {
        _pending += entry.State == EntryState.Pending ? 1 : 0;
        _unvalidated += entry.State == EntryState.Unvalidated ? 1 : 0;
        if (entry.State == EntryState.Bundled)
        {
            _inFlight.Add(entry.UserOpHash);
        }
    }

    private void CountOut(MempoolEntry entry)
    {
        _pending -= entry.State == EntryState.Pending ? 1 : 0;
        _unvalidated -= entry.State == EntryState.Unvalidated ? 1 : 0;
        _inFlight.Remove(entry.UserOpHash);
    }
}
