using Bundler.Engine.Pool;
using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_dumpMempool (ERC-7769): the pending operations of an EntryPoint in order of arrival.</summary>
internal sealed class DumpMempool(EntryPointParameter entryPoints, Mempools mempools) : RpcMethod
{
    public override string Name => "debug_bundler_dumpMempool";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "The pending operations of an EntryPoint in order of arrival.",
        JsonSchema.ArrayOf(Schemas.UserOperation));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 0);
        IReadOnlyList<MempoolEntry> entries = mempools[entryPoint.Address].Snapshot();
        return new(RpcReply.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (MempoolEntry entry in entries)
            {
                entryPoint.Operations.Write(writer, entry.Operation);
            }

            writer.WriteEndArray();
        }));
    }
}
