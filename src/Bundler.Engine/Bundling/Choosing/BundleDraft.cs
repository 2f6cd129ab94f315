using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>The bundle so far; what the limits look at. Grows by <see cref="Add"/> only.</summary>
public sealed class BundleDraft
{
    private readonly List<MempoolEntry> _entries = [];
    private readonly Dictionary<Entity, int> _entities = [];

    /// <param name="entryPoint">The EntryPoint of all its operations.</param>
    /// <param name="fees">What the coming block costs.</param>
    /// <param name="inFlight">Operations in bundles that are on their way: they come first, although the chain does not show them yet.</param>
    public BundleDraft(EntryPoint entryPoint, FeeQuote fees, IReadOnlyList<MempoolEntry>? inFlight = null)
    {
        EntryPoint = entryPoint;
        Fees = fees;
        Inside = new Footprint(entryPoint);
        InFlight = new Footprint(entryPoint);
        foreach (MempoolEntry entry in inFlight ?? [])
        {
            InFlight.Add(entry);
        }
    }

    public EntryPoint EntryPoint { get; }

    public FeeQuote Fees { get; }

    public IReadOnlyList<MempoolEntry> Entries => _entries;

    /// <summary>What the draft's own operations touch.</summary>
    public Footprint Inside { get; }

    /// <summary>What the operations touch that are on their way already.</summary>
    public Footprint InFlight { get; }

    /// <summary>Gas that the transaction must have so far.</summary>
    public UInt256 Gas { get; private set; } = BundleGas.Intrinsic + BundleGas.Fixed;

    /// <summary>The most gas that the transaction uses when it reverts.</summary>
    public UInt256 GasAtRisk { get; private set; } = BundleGas.Intrinsic + BundleGas.Fixed;

    /// <summary>Bytes of call data so far.</summary>
    public int Bytes { get; private set; } = 4 + 5 * 32;

    /// <summary>Bytes of paymaster contexts so far.</summary>
    public int ContextBytes { get; private set; }

    public int Count(Entity entity) => _entities.GetValueOrDefault(entity);

    /// <summary>The last operation of this sender and nonce key in the draft.</summary>
    public MempoolEntry? LastOf(Address sender, UInt256 key) => _entries.FindLast(entry => entry.Operation.Sender == sender && entry.Nonce.Key == key);

    /// <summary>wei that the draft's operations and those on their way may cost the paymaster.</summary>
    public UInt256 PaymasterCost(Address paymaster) => Inside.PaymasterCost(paymaster) + InFlight.PaymasterCost(paymaster);

    /// <summary>Gas that the transaction must have with one more operation.</summary>
    public UInt256 GasWith(MempoolEntry next) =>
        Gas + BundleGas.Share(EntryPoint, next.Operation, next.CalldataTokens) + (IsFirstOfItsGroup(next) ? BundleGas.PerAggregator : 0);

    public void Add(MempoolEntry entry)
    {
        ulong aggregation = IsFirstOfItsGroup(entry) ? BundleGas.PerAggregator : 0;
        Gas = GasWith(entry);
        GasAtRisk += BundleGas.AtRisk(EntryPoint, entry.Operation, entry.CalldataTokens) + aggregation;
        _entries.Add(entry);
        Inside.Add(entry);
        foreach (Entity entity in entry.Entities)
        {
            _entities[entity] = Count(entity) + 1;
        }

        Bytes += entry.Size + 32;
        ContextBytes += entry.Validation?.ContextLength ?? 0;
    }

    private bool IsFirstOfItsGroup(MempoolEntry entry) =>
        entry.Validation?.Aggregator is { } aggregator && Count(new Entity(EntityKind.Aggregator, aggregator)) == 0;
}
