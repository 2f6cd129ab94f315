using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Storage slots in a batch; two ways to ask for them.</summary>
internal interface IPendingSlots
{
    /// <summary>The first error that the node answered, if any.</summary>
    JsonRpcError? Refusal { get; }

    /// <exception cref="JsonRpcException">The node answered an error.</exception>
    /// <exception cref="CodecException">The node's answer is malformed.</exception>
    void ReadInto(StateAnswers answers);
}

/// <summary>All in one eth_call, or as few as hold them.</summary>
internal sealed class PendingSlotCalls : IPendingSlots
{
    private readonly (SlotCall Call, Pending<Bytes> Answer)[] _calls;

    private PendingSlotCalls(EthBatch batch, IReadOnlyDictionary<Address, HashSet<Hash32>> slots) =>
        _calls = [.. SlotCall.Of(slots).Select(call => (call, call.Ask(batch)))];

    public JsonRpcError? Refusal => _calls.Select(each => each.Answer.Error).FirstOrDefault(error => error is not null);

    public static PendingSlotCalls Ask(EthBatch batch, IReadOnlyDictionary<Address, HashSet<Hash32>> slots) => new(batch, slots);

    public void ReadInto(StateAnswers answers)
    {
        foreach ((Address contract, Hash32 slot, Hash32 value) in _calls.SelectMany(each => each.Call.Decode(each.Answer.Value)))
        {
            answers.Add(contract, slot, value);
        }
    }
}

/// <summary>One eth_getStorageAt for each.</summary>
internal sealed class PendingSlots : IPendingSlots
{
    private readonly (Address Contract, Hash32 Slot, Pending<Hash32> Value)[] _slots;

    private PendingSlots(EthBatch batch, IReadOnlyDictionary<Address, HashSet<Hash32>> slots) =>
        _slots =
        [
            .. from contract in slots
               from slot in contract.Value
               select (contract.Key, slot, batch.GetStorageAt(contract.Key, slot, BlockTag.Latest)),
        ];

    public JsonRpcError? Refusal => _slots.Select(each => each.Value.Error).FirstOrDefault(error => error is not null);

    public static PendingSlots Ask(EthBatch batch, IReadOnlyDictionary<Address, HashSet<Hash32>> slots) => new(batch, slots);

    public void ReadInto(StateAnswers answers)
    {
        foreach ((Address contract, Hash32 slot, Pending<Hash32> value) in _slots)
        {
            answers.Add(contract, slot, value.Value);
        }
    }
}
