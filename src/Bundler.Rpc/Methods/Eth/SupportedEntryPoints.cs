using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_supportedEntryPoints (ERC-7769): the addresses this node serves, the preferred one first.</summary>
internal sealed class SupportedEntryPoints(ServedEntryPoints served) : RpcMethod
{
    public override string Name => "eth_supportedEntryPoints";

    public override MethodDescription Description { get; } = new(
        "The EntryPoints that this node serves, the preferred one first.",
        JsonSchema.ArrayOf(Schemas.Address));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
        new(RpcReply.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (EntryPoint entryPoint in served.All)
            {
                writer.WriteStringValue(entryPoint.Address.ToString());
            }

            writer.WriteEndArray();
        }));
}
