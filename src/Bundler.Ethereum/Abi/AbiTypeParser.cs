using System.Globalization;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>Text to types: canonical (<c>(address,uint256)[]</c>) and as people write it (<c>tuple(address to, uint value)[]</c>).</summary>
public static class AbiTypeParser
{
    /// <exception cref="CodecException">Not a type of the ABI.</exception>
    public static AbiType Parse(string text)
    {
        AbiTypeScanner scanner = new(text);
        AbiType type = Type(ref scanner);
        scanner.End();
        return type;
    }

    /// <summary>The parenthesised list of parameters at the scanner's position.</summary>
    internal static AbiType.Tuple Parameters(ref AbiTypeScanner scanner)
    {
        scanner.Enter();
        List<AbiParameter> parameters = [];
        if (!scanner.Take(')'))
        {
            do
            {
                parameters.Add(Parameter(ref scanner));
            }
            while (scanner.Take(','));
            scanner.Expect(')');
        }

        scanner.Leave();
        return new AbiType.Tuple(parameters);
    }

    /// <summary>What a JSON ABI writes after <c>tuple</c>: nothing, or <c>[]</c> and <c>[k]</c> in any number.</summary>
    internal static AbiType WithArraySuffix(AbiType type, string suffix)
    {
        AbiTypeScanner scanner = new(suffix);
        type = Suffixes(ref scanner, type);
        scanner.End();
        return type;
    }

    private static AbiParameter Parameter(ref AbiTypeScanner scanner)
    {
        AbiType type = Type(ref scanner);
        string name = "";
        bool indexed = false;
        while (scanner.AtWord)
        {
            string word = scanner.Word();
            switch (word)
            {
                case "indexed":
                    indexed = true;
                    break;
                case "memory" or "calldata" or "storage" or "payable":
                    break;
                default:
                    name = name.Length == 0 ? word : throw scanner.Fault($"unexpected '{word}'");
                    break;
            }
        }

        return new AbiParameter(type, name, indexed);
    }

    private static AbiType Type(ref AbiTypeScanner scanner)
    {
        if (scanner.At('('))
        {
            return Suffixes(ref scanner, Parameters(ref scanner));
        }

        string word = scanner.Word();
        AbiType type = word == "tuple" && scanner.At('(') ? Parameters(ref scanner) : Elementary(word) ?? throw scanner.Fault($"'{word}' is not a type");
        return Suffixes(ref scanner, type);
    }

    private static AbiType Suffixes(ref AbiTypeScanner scanner, AbiType type)
    {
        while (scanner.Take('['))
        {
            type = scanner.At(']') ? new AbiType.Array(type) : new AbiType.FixedArray(type, scanner.Number());
            scanner.Expect(']');
        }

        return type;
    }

    private static AbiType? Elementary(string word) => word switch
    {
        "address" => new AbiType.Address(),
        "bool" => new AbiType.Bool(),
        "string" => new AbiType.String(),
        "bytes" => new AbiType.Bytes(),
        "uint" => new AbiType.UInt(256),
        "int" => new AbiType.Int(256),
        _ when SizeAfter("uint", word) is { } bits => new AbiType.UInt(bits),
        _ when SizeAfter("int", word) is { } bits => new AbiType.Int(bits),
        _ when SizeAfter("bytes", word) is { } length => new AbiType.FixedBytes(length),
        _ => null,
    };

    private static int? SizeAfter(string prefix, string word) =>
        word.Length > prefix.Length && word[prefix.Length] != '0' && word.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(word.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : null;
}
