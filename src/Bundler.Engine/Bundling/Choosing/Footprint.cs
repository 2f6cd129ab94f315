using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>What a set of operations touches, so that it can be said whether one more gets in their way. Grows by <see cref="Add"/> only.</summary>
public sealed class Footprint(EntryPoint entryPoint)
{
    private readonly HashSet<Address> _senders = [];
    private readonly Dictionary<Address, UInt256> _paymasterCost = [];
    private readonly Dictionary<(Address Contract, Hash32 Slot), HashSet<Address>> _users = [];
    private readonly Dictionary<(Address Contract, Hash32 Slot), HashSet<Address>> _writers = [];
    private readonly Dictionary<Address, HashSet<Address>> _visitors = [];

    public bool HasSender(Address sender) => _senders.Contains(sender);

    /// <summary>wei that the operations may cost the paymaster.</summary>
    public UInt256 PaymasterCost(Address paymaster) => _paymasterCost.GetValueOrDefault(paymaster);

    /// <summary>A slot that an operation of another sender writes and the next one uses, or the other way round.</summary>
    /// <param name="next">The operation that is to join.</param>
    /// <param name="mayChange">Contracts whose slots do not count; none by default.</param>
    public (Address Contract, Hash32 Slot)? Conflict(MempoolEntry next, Func<Address, bool>? mayChange = null)
    {
        if (next.Validation is not { } validation)
        {
            return null;
        }

        return Shared(validation.AccessedSlots, _writers, next.Operation.Sender, mayChange)
            ?? Shared(validation.WrittenSlots, _users, next.Operation.Sender, mayChange);
    }

    /// <summary>The sender of an operation that validation of the next one visits, or the next one's if it is the other way round.</summary>
    public Address? VisitedSender(MempoolEntry next)
    {
        Address sender = next.Operation.Sender;
        foreach (Address contract in Visited(next))
        {
            if (contract != sender && HasSender(contract))
            {
                return contract;
            }
        }

        return HasOther(_visitors, sender, sender) ? sender : null;
    }

    public void Add(MempoolEntry entry)
    {
        Address sender = entry.Operation.Sender;
        _senders.Add(sender);
        if (entry.Operation.Paymaster is { } paymaster)
        {
            _paymasterCost[paymaster] = PaymasterCost(paymaster) + entryPoint.RequiredPrefund(entry.Operation);
        }

        foreach (Address contract in Visited(entry))
        {
            Note(_visitors, contract, sender);
        }

        Note(_users, entry.Validation?.AccessedSlots, sender);
        Note(_writers, entry.Validation?.WrittenSlots, sender);
    }

    private static IEnumerable<Address> Visited(MempoolEntry entry) =>
        entry.Validation is { } validation ? validation.CodeHashes.Keys.Concat(validation.AccessedSlots.Keys) : [];

    private static (Address Contract, Hash32 Slot)? Shared(
        IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots,
        Dictionary<(Address, Hash32), HashSet<Address>> known,
        Address sender,
        Func<Address, bool>? mayChange)
    {
        foreach ((Address contract, IReadOnlySet<Hash32> set) in slots.Where(pair => mayChange?.Invoke(pair.Key) != true))
        {
            foreach (Hash32 slot in set)
            {
                if (HasOther(known, (contract, slot), sender))
                {
                    return (contract, slot);
                }
            }
        }

        return null;
    }

    private static bool HasOther<TKey>(Dictionary<TKey, HashSet<Address>> known, TKey key, Address sender)
        where TKey : notnull =>
        known.TryGetValue(key, out HashSet<Address>? senders) && (senders.Count > 1 || !senders.Contains(sender));

    private static void Note(
        Dictionary<(Address, Hash32), HashSet<Address>> known, IReadOnlyDictionary<Address, IReadOnlySet<Hash32>>? slots, Address sender)
    {
        foreach ((Address contract, IReadOnlySet<Hash32> set) in slots ?? new Dictionary<Address, IReadOnlySet<Hash32>>())
        {
            foreach (Hash32 slot in set)
            {
                Note(known, (contract, slot), sender);
            }
        }
    }

    private static void Note<TKey>(Dictionary<TKey, HashSet<Address>> known, TKey key, Address sender)
        where TKey : notnull
    {
        if (!known.TryGetValue(key, out HashSet<Address>? senders))
        {
            known[key] = senders = [];
        }

        senders.Add(sender);
    }
}
