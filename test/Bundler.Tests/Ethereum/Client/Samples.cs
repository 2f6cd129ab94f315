using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Client;

/// <summary>What a node answers.</summary>
internal static class Samples
{
    public static Hash32 HashOf(ulong number) => Hash32.From(0xb10c_0000 + number);

    public static JsonObject Header(ulong number) => new()
    {
        ["number"] = Hex.EncodeQuantity(number),
        ["hash"] = HashOf(number).ToString(),
        ["parentHash"] = HashOf(number - 1).ToString(),
        ["timestamp"] = "0x64",
        ["baseFeePerGas"] = "0x7",
        ["gasLimit"] = "0x3473bc0",
        ["gasUsed"] = "0x0",
    };

    public static JsonObject Block(ulong number)
    {
        JsonObject block = Header(number);
        block["transactions"] = new JsonArray(Hash32.From(1).ToString());
        return block;
    }

    public static JsonObject Receipt(Hash32 hash) => new()
    {
        ["transactionHash"] = hash.ToString(),
        ["transactionIndex"] = "0x1",
        ["blockHash"] = HashOf(7).ToString(),
        ["blockNumber"] = "0x7",
        ["from"] = "0x00000000000000000000000000000000000000aa",
        ["to"] = "0x00000000000000000000000000000000000000bb",
        ["contractAddress"] = null,
        ["status"] = "0x1",
        ["gasUsed"] = "0x5208",
        ["cumulativeGasUsed"] = "0xa410",
        ["effectiveGasPrice"] = "0x2faf080",
        ["type"] = "0x2",
        ["logsBloom"] = "0x" + new string('0', 512),
        ["logs"] = new JsonArray(new JsonObject
        {
            ["address"] = "0x00000000000000000000000000000000000000bb",
            ["topics"] = new JsonArray(Hash32.From(9).ToString()),
            ["data"] = "0x01",
            ["logIndex"] = "0x3",
            ["removed"] = false,
        }),
    };
}
