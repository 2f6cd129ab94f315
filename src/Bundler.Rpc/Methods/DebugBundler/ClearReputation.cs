using Bundler.Engine.Reputation;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_clearReputation: forgets all counters.</summary>
internal sealed class ClearReputation(ReputationLedger reputation) : RpcMethod
{
    public override string Name => "debug_bundler_clearReputation";

    public override MethodDescription Description { get; } = new("Forgets all counters.", JsonSchema.OneOfTexts("ok"));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        await reputation.ClearAsync(cancellationToken);
        return RpcReply.Text("ok");
    }
}
