using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>A function of a contract: its selector, calls and results.</summary>
public sealed class AbiFunction
{
    private readonly AbiSignature _signature;

    internal AbiFunction(AbiSignature signature)
    {
        _signature = signature;
        Selector = signature.Selector();
    }

    public string Name => _signature.Name;

    /// <summary>The canonical text: <c>getNonce(address,uint192)</c>.</summary>
    public string Signature => _signature.Text;

    public AbiType.Tuple Inputs => _signature.Inputs;

    public AbiType.Tuple Outputs => _signature.Outputs;

    /// <summary>The first four bytes of a call, as they are written: 0x35567e1a.</summary>
    public uint Selector { get; }

    /// <summary><c>getNonce(address,uint192) returns (uint256)</c>; names and modifiers may stand where Solidity has them.</summary>
    /// <exception cref="CodecException">Not a signature.</exception>
    public static AbiFunction Parse(string text) => new(AbiSignature.Parse(text, "function"));

    public bool Matches(Bytes calldata) => AbiSelector.Starts(calldata, Selector);

    /// <exception cref="CodecException">An argument does not fit its type.</exception>
    public Bytes EncodeCall(params object[] args) => AbiSelector.Encode(Selector, Inputs, args);

    /// <summary>The arguments of a call.</summary>
    /// <exception cref="CodecException">Another selector, or malformed arguments.</exception>
    public object[] DecodeCall(Bytes data) =>
        Matches(data) ? AbiDecoder.Decode(Inputs, data.Span[AbiSelector.Size..]) : throw new CodecException($"the data is not a call of {Signature}");

    /// <exception cref="CodecException">Not what the function returns.</exception>
    public object[] DecodeResult(Bytes data) => AbiDecoder.Decode(Outputs, data);

    public override string ToString() => Signature;
}
