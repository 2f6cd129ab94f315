using Bundler.Engine.Pool;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_clearMempool: forgets all pending operations.</summary>
internal sealed class ClearMempool(Mempools mempools) : RpcMethod
{
    public override string Name => "debug_bundler_clearMempool";

    public override MethodDescription Description { get; } = new("Forgets all pending operations.", JsonSchema.OneOfTexts("ok"));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        foreach (Mempool pool in mempools.All)
        {
            await pool.ClearAsync(cancellationToken);
        }

        return RpcReply.Text("ok");
    }
}
