using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>A custom error of a contract: its selector and revert data.</summary>
public sealed class AbiError
{
    private readonly AbiSignature _signature;

    internal AbiError(AbiSignature signature)
    {
        _signature = signature;
        Selector = signature.Selector();
    }

    /// <summary>What <c>require</c> and <c>revert("…")</c> give: Error(string).</summary>
    public static AbiError Message { get; } = Parse("Error(string message)");

    /// <summary>What the compiler's own checks give: Panic(uint256).</summary>
    public static AbiError Panic { get; } = Parse("Panic(uint256 code)");

    public string Name => _signature.Name;

    /// <summary>The canonical text: <c>FailedOp(uint256,string)</c>.</summary>
    public string Signature => _signature.Text;

    public AbiType.Tuple Inputs => _signature.Inputs;

    /// <summary>The first four bytes of the revert data, as they are written: 0x220266b6.</summary>
    public uint Selector { get; }

    /// <summary><c>FailedOp(uint256 opIndex, string reason)</c>, the names optional.</summary>
    /// <exception cref="CodecException">Not a signature.</exception>
    public static AbiError Parse(string text) => new(AbiSignature.Parse(text, "error"));

    public bool Matches(Bytes data) => AbiSelector.Starts(data, Selector);

    /// <summary>False for another error, and for data that only pretends to be this one.</summary>
    public bool TryDecode(Bytes data, out object[] values)
    {
        values = [];
        if (!Matches(data))
        {
            return false;
        }

        try
        {
            values = AbiDecoder.Decode(Inputs, data.Span[AbiSelector.Size..]);
            return true;
        }
        catch (CodecException)
        {
            return false;
        }
    }

    /// <exception cref="CodecException">A value does not fit its type.</exception>
    public Bytes Encode(params object[] values) => AbiSelector.Encode(Selector, Inputs, values);

    public override string ToString() => Signature;
}
