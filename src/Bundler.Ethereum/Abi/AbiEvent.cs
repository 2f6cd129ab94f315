using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>An event of a contract: its topic, and the values of a log.</summary>
public sealed class AbiEvent
{
    private readonly AbiSignature _signature;
    private readonly AbiType.Tuple _unindexed;
    private readonly int _topicCount;

    internal AbiEvent(AbiSignature signature)
    {
        _signature = signature;
        _unindexed = new AbiType.Tuple([.. signature.Inputs.Components.Where(input => !input.Indexed)]);
        _topicCount = signature.Inputs.Components.Count - _unindexed.Components.Count + (signature.Anonymous ? 0 : 1);
        Topic = signature.Hash();
    }

    public string Name => _signature.Name;

    /// <summary>The canonical text: <c>Deposited(address,uint256)</c>.</summary>
    public string Signature => _signature.Text;

    public AbiType.Tuple Inputs => _signature.Inputs;

    /// <summary>Whether the logs go without <see cref="Topic"/>.</summary>
    public bool Anonymous => _signature.Anonymous;

    /// <summary>The hash of the signature, topics[0] of the logs.</summary>
    public Hash32 Topic { get; }

    /// <summary><c>Deposited(address indexed account, uint256 totalDeposit)</c>, the names optional.</summary>
    /// <exception cref="CodecException">Not a signature.</exception>
    public static AbiEvent Parse(string text) => new(AbiSignature.Parse(text, "event"));

    public bool Matches(IReadOnlyList<Hash32> topics) => topics.Count == _topicCount && (Anonymous || topics[0] == Topic);

    /// <summary>The values in the order of declaration; of an indexed string, bytes, array or tuple only its hash is in the log.</summary>
    /// <exception cref="CodecException">The log of another event, or a malformed one.</exception>
    public object[] Decode(IReadOnlyList<Hash32> topics, Bytes data)
    {
        if (!Matches(topics))
        {
            throw new CodecException("topics", $"not the topics of {Signature}");
        }

        object[] unindexed = AbiDecoder.Decode(_unindexed, data);
        ReadOnlySpan<AbiParameter> inputs = Inputs.Span;
        object[] values = new object[inputs.Length];
        int nextTopic = Anonymous ? 0 : 1;
        int nextUnindexed = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = inputs[i].Indexed ? Indexed(inputs[i], i, topics[nextTopic++]) : unindexed[nextUnindexed++];
        }

        return values;
    }

    public override string ToString() => Signature;

    private static object Indexed(AbiParameter input, int index, Hash32 topic)
    {
        if (input.Type is AbiType.Bytes or AbiType.String or AbiType.Array or AbiType.FixedArray or AbiType.Tuple)
        {
            return topic;
        }

        try
        {
            return AbiWord.Read(input.Type, topic.Span);
        }
        catch (CodecException fault)
        {
            throw fault.Within(input.Segment(index));
        }
    }
}
