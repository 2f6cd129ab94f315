using Bundler.Engine.Validation.Erc7562;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>The state that a validation looked at, changed and depends on, gathered from its frames. Pure.</summary>
internal sealed class TouchedState
{
    private readonly Dictionary<(Address, Hash32), Hash32?> _first = [];
    private readonly Dictionary<Address, HashSet<Hash32>> _accessed = [];
    private readonly Dictionary<Address, HashSet<Hash32>> _written = [];
    private readonly HashSet<Address> _created = [];
    private readonly HashSet<Address> _visited = [];

    private TouchedState()
    {
    }

    /// <summary>Contract → slots, outside the EntryPoint, of this operation alone.</summary>
    public IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> Accessed => Freeze(_accessed);

    public IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> Written => Freeze(_written);

    /// <summary>The value that the chain had wherever validation read before it wrote, the EntryPoint's own slots included.</summary>
    public IReadOnlyDictionary<(Address Contract, Hash32 Slot), Hash32> ReadValues =>
        new CompactMap<(Address, Hash32), Hash32>(
            [.. _first.Where(touch => touch.Value is not null).Select(touch => KeyValuePair.Create(touch.Key, touch.Value!.Value))]);

    /// <summary>Addresses that were called or looked at, but for precompiles and contracts that validation created.</summary>
    public IReadOnlyCollection<Address> Visited => [.. _visited.Where(address => !_created.Contains(address) && !TraceShape.IsPrecompile(address))];

    /// <summary>Wei that the account sent to the EntryPoint.</summary>
    public UInt256 PaidFromBalance { get; private set; }

    public bool ReadsBalances { get; private set; }

    /// <param name="root">The EntryPoint's frame.</param>
    /// <param name="entryPoint">The EntryPoint's address.</param>
    /// <param name="frames">The frames of the operation in question.</param>
    public static TouchedState Of(CallFrame root, Address entryPoint, OperationFrames frames)
    {
        TouchedState touched = new();
        HashSet<CallFrame> own = new(ReferenceEqualityComparer.Instance);
        foreach (CallFrame frame in new[] { frames.SenderCreator, frames.Account?.Frame, frames.Paymaster?.Frame }.OfType<CallFrame>())
        {
            own.Add(frame);
        }

        // A frame's own accesses and its calls are not ordered in a trace. The EntryPoint writes deposits after the calls, so its frame comes last.
        foreach (CallFrame call in root.Calls)
        {
            touched.Walk(call, entryPoint, own.Contains(call));
        }

        touched.Touch(root, entryPoint);
        return touched;
    }

    private void Walk(CallFrame frame, Address entryPoint, bool own)
    {
        if (frame.StorageOwner is { } owner)
        {
            Touch(frame, owner);
            if (own && owner != entryPoint)
            {
                Note(frame, owner);
            }
        }

        if (own)
        {
            Visit(frame, entryPoint);
        }

        foreach (CallFrame call in frame.Calls)
        {
            Walk(call, entryPoint, own);
        }
    }

    private void Touch(CallFrame frame, Address owner)
    {
        foreach ((Hash32 slot, Hash32 value) in frame.Reads)
        {
            _first.TryAdd((owner, slot), value);
        }

        foreach (Hash32 slot in frame.Writes.Keys)
        {
            _first.TryAdd((owner, slot), null);
        }
    }

    private void Note(CallFrame frame, Address owner)
    {
        Set(_accessed, owner, frame.Reads.Keys);
        Set(_accessed, owner, frame.Writes.Keys);
        Set(_written, owner, frame.Writes.Keys);
    }

    private void Visit(CallFrame frame, Address entryPoint)
    {
        if (frame.To is { } to && to != entryPoint)
        {
            (frame.IsCreation ? _created : _visited).Add(to);
        }

        if (frame.To == entryPoint && frame.Kind == CallKind.Call)
        {
            PaidFromBalance += frame.Value;
        }

        ReadsBalances |= frame.Opcodes.ContainsKey(OpcodeNames.Balance) || frame.Opcodes.ContainsKey(OpcodeNames.SelfBalance);
        _visited.UnionWith(frame.ContractSizes.Keys.Where(address => address != entryPoint));
    }

    private static void Set(Dictionary<Address, HashSet<Hash32>> sets, Address owner, IEnumerable<Hash32> slots)
    {
        foreach (Hash32 slot in slots)
        {
            if (!sets.TryGetValue(owner, out HashSet<Hash32>? set))
            {
                sets[owner] = set = [];
            }

            set.Add(slot);
        }
    }

    private static CompactMap<Address, IReadOnlySet<Hash32>> Freeze(Dictionary<Address, HashSet<Hash32>> sets) =>
        sets.Count == 0
            ? CompactMap<Address, IReadOnlySet<Hash32>>.Empty
            : new([.. sets.Select(set => KeyValuePair.Create(set.Key, (IReadOnlySet<Hash32>)new CompactSet<Hash32>(set.Value)))]);
}
