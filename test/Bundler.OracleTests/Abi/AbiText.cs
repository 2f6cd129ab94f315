using System.Collections;
using System.Globalization;
using System.Numerics;
using Bundler.Ethereum.Primitives;
using Nethereum.ABI.FunctionEncoding;

namespace Bundler.OracleTests.Abi;

/// <summary>Decoded values of either side as the text of an <see cref="AbiCase"/>.</summary>
internal static class AbiText
{
    public static string Of(object value) => value switch
    {
        ParameterOutput output => Of(output.Result),
        Address address => address.ToLowerHex(),
        byte[] bytes => bytes.Hex(),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        string text when text.Length == 2 + (2 * Address.Size) && text.StartsWith("0x", StringComparison.Ordinal) => text.ToLowerInvariant(),
        string text => text,
        IEnumerable items => $"[{string.Join(',', items.Cast<object>().Select(Of))}]",
        _ => value.ToString()!,
    };
}
