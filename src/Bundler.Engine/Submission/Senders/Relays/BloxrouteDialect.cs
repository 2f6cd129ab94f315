using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>bloXroute's Cloud API: params are an object, not an array, and bytes go without 0x. The Authorization header is the operator's.</summary>
internal sealed class BloxrouteDialect(bool asBundle, IReadOnlyList<string> builders) : RelayDialect
{
    public override IReadOnlyList<JsonRpcRequest> Requests(Bytes raw, ulong head, ulong lastBlock) => asBundle
        ?
        [
            Named("blxr_submit_bundle", writer =>
            {
                writer.WriteStartArray("txs");
                writer.WriteStringValue(Plain(raw));
                writer.WriteEndArray();
                writer.WriteString("blockchain_network", "BSC-Mainnet");
                writer.WriteNumber("max_block_number", lastBlock);
                writer.WriteStartObject("mev_builders");
                foreach (string builder in builders)
                {
                    writer.WriteString(builder, "");
                }

                writer.WriteEndObject();
            }),
        ]
        :
        [
            Named("bsc_private_tx", writer =>
            {
                writer.WriteString("transaction", Plain(raw));
                writer.WriteStartArray("mev_builders");
                foreach (string builder in builders)
                {
                    writer.WriteStringValue(builder);
                }

                writer.WriteEndArray();
            }),
        ];

    private static string Plain(Bytes raw) => raw.ToString()[2..];

    private static JsonRpcRequest Named(string method, Action<Utf8JsonWriter> members)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new JsonRpcRequest(method, text.ToArray());
    }
}
