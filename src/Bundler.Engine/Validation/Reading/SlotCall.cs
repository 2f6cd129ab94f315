using Bundler.Contracts;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// Storage slots of many contracts in one eth_call: for its length each of them has SlotReader.yul for code, and a <see cref="StateCall"/> calls them
/// with the slots. Only a node that takes state overrides can run it; one that ignores them is found out by the witness.
/// </summary>
internal sealed class SlotCall
{
    /// <summary>Slots of one contract in one question: questions fill a call, and none is larger than one.</summary>
    private const int MaxSlotsOfQuestion = 100;

    // Nobody has code here, so that without the override the call to it answers nothing, and then the whole reverts.
    private static readonly Address _witness = Address.Parse("0x736c6f742d7265616465722d7769746e65737321");

    private static readonly AccountOverride _reader = new() { Code = ContractArtifact.SlotReader.Bytecode };
    private static readonly StateQuestion _toWitness = Question(_witness, [Hash32.Zero]);

    private readonly StateCall _call;
    private readonly StateOverride _overrides;

    private SlotCall(StateCall call, StateOverride overrides)
    {
        _call = call;
        _overrides = overrides;
    }

    /// <summary>The slots of all contracts, in as few calls as hold them.</summary>
    public static IEnumerable<SlotCall> Of(IReadOnlyDictionary<Address, HashSet<Hash32>> slots)
    {
        IEnumerable<StateQuestion> questions =
            from contract in slots
            from chunk in contract.Value.Chunk(MaxSlotsOfQuestion)
            select Question(contract.Key, chunk);
        foreach (StateCall call in StateCall.Of(questions, _toWitness))
        {
            yield return new SlotCall(call, call.Questions.Aggregate(StateOverride.Empty, (all, question) => all.With(question.Address, _reader)));
        }
    }

    /// <summary>As part of a batch.</summary>
    public Pending<Bytes> Ask(EthBatch batch) => batch.Call(_call.Request, BlockTag.Latest, _overrides);

    /// <summary>The value of each slot.</summary>
    /// <exception cref="CodecException">The node ran the call to another end.</exception>
    public IEnumerable<(Address Contract, Hash32 Slot, Hash32 Value)> Decode(Bytes answers) =>
        from answer in _call.Decode(answers)
        where answer.Question.Address != _witness
        from at in Enumerable.Range(0, answer.Answer.Length / Hash32.Size)
        select (answer.Question.Address, Word(answer.Question.CallData, at), Word(answer.Answer, at));

    private static StateQuestion Question(Address contract, Hash32[] slots) =>
        new(contract, Bytes.Concat([.. slots.Select(slot => slot.ToBytes())]), slots.Length * Hash32.Size);

    private static Hash32 Word(Bytes words, int index) => new(words.Span.Slice(index * Hash32.Size, Hash32.Size));
}
