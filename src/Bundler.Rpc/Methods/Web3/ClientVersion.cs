using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods;

/// <summary>web3_clientVersion: the name and version of this node.</summary>
internal sealed class ClientVersion(NodeDescription node) : RpcMethod
{
    public override string Name => "web3_clientVersion";

    public override MethodDescription Description { get; } = new("The name and version of this node.", JsonSchema.Text);

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RpcReply.Text(node.ClientVersion));
}
