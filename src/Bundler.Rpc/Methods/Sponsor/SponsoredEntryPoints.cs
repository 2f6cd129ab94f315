using Bundler.Paymaster.Contracts;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>pm_supportedEntryPoints []: those for whose operations somebody pays here.</summary>
internal sealed class SponsoredEntryPoints(Paymasters paymasters) : RpcMethod
{
    public override string Name => "pm_supportedEntryPoints";

    public override MethodDescription Description { get; } = new("The EntryPoints whose operations are paid for.", JsonSchema.ArrayOf(Schemas.Address));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) => ValueTask.FromResult(RpcReply.Of(writer =>
    {
        writer.WriteStartArray();
        foreach (SponsoredPaymaster paymaster in paymasters.All)
        {
            writer.WriteStringValue(paymaster.Site.EntryPoint.Address.ToString());
        }

        writer.WriteEndArray();
    }));
}
