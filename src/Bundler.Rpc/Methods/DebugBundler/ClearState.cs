using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_clearState (ERC-7769): forgets mempool and reputation.</summary>
internal sealed class ClearState(Mempools mempools, ReputationLedger reputation) : RpcMethod
{
    public override string Name => "debug_bundler_clearState";

    public override MethodDescription Description { get; } = new("Forgets mempool and reputation.", JsonSchema.OneOfTexts("ok"));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        foreach (Mempool pool in mempools.All)
        {
            await pool.ClearAsync(cancellationToken);
        }

        await reputation.ClearAsync(cancellationToken);
        return RpcReply.Text("ok");
    }
}
