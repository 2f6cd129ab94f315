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
    private readonly Dictionary<Address, HashSet<Hash32>> _written = [];
    private readonly Dictionary<Address, HashSet<Hash32>> _read = [];

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

    /// <summary>A slot that one of the draft's operations writes and the next one uses, or the other way round.</summary>
    public (Address Contract, Hash32 Slot)? Conflict(MempoolEntry next)
    {
        if (next.Validation is not { } validation)
        {
            return null;
        }

        return Shared(validation.AccessedSlots, _written) ?? Shared(validation.WrittenSlots, _read);
    }

    public void Add(MempoolEntry entry)
    {
        _entries.Add(entry);
        foreach (Entity entity in entry.Entities)
        {
            _entities[entity] = Count(entity) + 1;
        }

        Gas += BundleGas.Share(EntryPoint, entry.Operation, EntryPoint.Operations.Pack(entry.Operation).Span);
        Bytes += entry.Size + 32;
        ContextBytes += entry.Validation?.ContextLength ?? 0;
        if (entry.Operation.Paymaster is { } paymaster)
        {
            _paymasterCost[paymaster] = PaymasterCost(paymaster) + EntryPoint.RequiredPrefund(entry.Operation);
        }

        Merge(_read, entry.Validation?.AccessedSlots);
        Merge(_written, entry.Validation?.WrittenSlots);
    }

    private static (Address Contract, Hash32 Slot)? Shared(
        IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots, Dictionary<Address, HashSet<Hash32>> known)
    {
        foreach ((Address contract, IReadOnlySet<Hash32> set) in slots)
        {
            if (known.TryGetValue(contract, out HashSet<Hash32>? others))
            {
                foreach (Hash32 slot in set)
                {
                    if (others.Contains(slot))
                    {
                        return (contract, slot);
                    }
                }
            }
        }

        return null;
    }

    private static void Merge(Dictionary<Address, HashSet<Hash32>> into, IReadOnlyDictionary<Address, IReadOnlySet<Hash32>>? slots)
    {
        foreach ((Address contract, IReadOnlySet<Hash32> set) in slots ?? new Dictionary<Address, IReadOnlySet<Hash32>>())
        {
            if (!into.TryGetValue(contract, out HashSet<Hash32>? known))
            {
                into[contract] = known = [];
            }

            known.UnionWith(set);
        }
    }
}
