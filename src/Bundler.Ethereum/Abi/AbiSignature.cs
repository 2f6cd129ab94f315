using System.Buffers.Binary;
using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>What functions, events and errors share: a name, parameters, and the hash of their canonical text.</summary>
internal sealed record AbiSignature(string Name, AbiType.Tuple Inputs, AbiType.Tuple Outputs, bool Anonymous = false)
{
    /// <summary><c>name(type,type)</c>: no spaces, names or results.</summary>
    public string Text { get; } = $"{Name}{Inputs}";

    public Hash32 Hash() => Keccak256.Hash(Encoding.ASCII.GetBytes(Text));

    /// <summary>The first four bytes of the hash, in call order: 0x765e827f.</summary>
    public uint Selector() => BinaryPrimitives.ReadUInt32BigEndian(Hash().Span);

    /// <summary>Solidity's human-readable form: an optional leading keyword, parameters with optional names, modifiers, <c>returns (…)</c>.</summary>
    /// <exception cref="CodecException">Not a signature.</exception>
    public static AbiSignature Parse(string text, string keyword)
    {
        AbiTypeScanner scanner = new(text);
        string name = scanner.Word();
        if (name == keyword && scanner.AtWord)
        {
            name = scanner.Word();
        }

        AbiType.Tuple inputs = AbiTypeParser.Parameters(ref scanner);
        AbiType.Tuple outputs = AbiType.Tuple.Empty;
        bool anonymous = false;
        while (scanner.AtWord)
        {
            switch (scanner.Word())
            {
                case "returns" when keyword == "function":
                    outputs = AbiTypeParser.Parameters(ref scanner);
                    break;
                case "anonymous" when keyword == "event":
                    anonymous = true;
                    break;
                case "external" or "public" or "view" or "pure" or "payable" or "nonpayable" when keyword == "function":
                    break;
                case var word:
                    throw scanner.Fault($"unexpected '{word}'");
            }
        }

        scanner.End();
        return new AbiSignature(name, inputs, outputs, anonymous);
    }
}
