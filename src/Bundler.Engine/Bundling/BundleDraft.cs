using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling;

/// <summary>The bundle so far; what the limits look at. Grows by <see cref="Add"/> only.</summary>
public sealed class BundleDraft(EntryPoint entryPoint, FeeQuote fees)
{
    private readonly List<MempoolEntry> _entries = [];
    private readonly Dictionary<Entity, int> _entities = [];
    private readonly Dictionary<Address, UInt256> _paymasterCost = [];
    private readonly Dictionary<(Address Contract, Hash32 Slot), HashSet<Address>> _users = [];
    private readonly Dictionary<(Address Contract, Hash32 Slot), HashSet<Address>> _writers = [];
    private readonly Dictionary<Address, HashSet<Address>> _visitors = [];

    public EntryPoint EntryPoint { get; } = entryPoint;

    public FeeQuote Fees { get; } = fees;

    public IReadOnlyList<MempoolEntry> Entries => _entries;

    /// <summary>Gas that the transaction must have so far.</summary>
    public UInt256 Gas { get; private set; } = BundleGas.Intrinsic + BundleGas.Fixed;

    /// <summary>Bytes of call data so far.</summary>
    public int Bytes { get; private set; } = 4 + 5 * 32;

    /// <summary>Bytes of paymaster contexts so far.</summary>
    public int ContextBytes { get; private set; }

    public int Count(Entity entity) => _entities.GetValueOrDefault(entity);

    /// <summary>The last operation of this sender and nonce key in the draft.</summary>
    public MempoolEntry? LastOf(Address sender, UInt256 key) => _entries.FindLast(entry => entry.Operation.Sender == sender && entry.Nonce.Key == key);

    public bool HasSender(Address sender) => _entities.ContainsKey(new Entity(EntityKind.Account, sender));

    /// <summary>wei that the draft's operations may cost the paymaster.</summary>
    public UInt256 PaymasterCost(Address paymaster) => _paymasterCost.GetValueOrDefault(paymaster);

    /// <summary>A slot that an operation of another sender in the draft writes and the next one uses, or the other way round.</summary>
    public (Address Contract, Hash32 Slot)? Conflict(MempoolEntry next)
    {
        if (next.Validation is not { } validation)
        {
            return null;
        }

        return Shared(validation.AccessedSlots, _writers, next.Operation.Sender) ?? Shared(validation.WrittenSlots, _users, next.Operation.Sender);
    }

    /// <summary>The sender of an operation in the draft that validation of the next one visits, or the next one's if it is the other way round.</summary>
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
        _entries.Add(entry);
        foreach (Entity entity in entry.Entities)
        {
            _entities[entity] = Count(entity) + 1;
        }

        Gas += BundleGas.Share(EntryPoint, entry.Operation, EntryPoint.Operations.Pack(entry.Operation).Span);
        if (entry.Validation?.Aggregator is { } aggregator && Count(new Entity(EntityKind.Aggregator, aggregator)) == 1)
        {
            Gas += BundleGas.PerAggregator;
        }

        Bytes += entry.Size + 32;
        ContextBytes += entry.Validation?.ContextLength ?? 0;
        if (entry.Operation.Paymaster is { } paymaster)
        {
            _paymasterCost[paymaster] = PaymasterCost(paymaster) + EntryPoint.RequiredPrefund(entry.Operation);
        }

        Address sender = entry.Operation.Sender;
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
        IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots, Dictionary<(Address, Hash32), HashSet<Address>> known, Address sender)
    {
        foreach ((Address contract, IReadOnlySet<Hash32> set) in slots)
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
