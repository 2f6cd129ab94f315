using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Operations;

/// <summary>eip7702Auth of ERC-7769: {chainId, address, nonce, yParity, r, s}.</summary>
internal static class AuthorizationJson
{
    private const int FirstV = 27;

    public static JObject Write(Eip7702Authorization authorization) => new()
    {
        ["chainId"] = HexText.Quantity(authorization.ChainId),
        ["address"] = authorization.Address,
        ["nonce"] = HexText.Quantity(authorization.Nonce),
        ["yParity"] = HexText.Quantity(authorization.YParity),
        ["r"] = authorization.R,
        ["s"] = authorization.S,
    };

    /// <exception cref="JsonSerializationException">A member is missing.</exception>
    public static Eip7702Authorization Read(JObject json) => new(
        Quantity(json, "chainId"), Text(json, "address"), Quantity(json, "nonce"), YParity(json), Word(json, "r"), Word(json, "s"));

    private static int YParity(JObject json)
    {
        int value = (int)Quantity(json, json["yParity"] is { Type: not JTokenType.Null } ? "yParity" : "v");
        return value >= FirstV ? value - FirstV : value;
    }

    private static string Word(JObject json, string name) => HexText.Of(HexText.Word(Quantity(json, name)));

    private static BigInteger Quantity(JObject json, string name) => QuantityConverter.Parse(Text(json, name));

    private static string Text(JObject json, string name) => (string?)json[name] ?? throw new JsonSerializationException($"eip7702Auth has no {name}");
}
