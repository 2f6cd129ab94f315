using Bundler.Engine.Reputation;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_clearReputation: forgets all counters.</summary>
internal sealed class ClearReputation(ReputationLedger reputation) : RpcMethod
{
    public override string Name => "debug_bundler_clearReputation";

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        await reputation.ClearAsync(cancellationToken);
        return RpcReply.Text("ok");
    }
}
