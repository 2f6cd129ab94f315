using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Rpc.Methods.Discovery;

/// <summary>rpc.discover []: the OpenRPC document, as at GET /openrpc.json.</summary>
internal sealed class Discover(IServiceProvider services, NodeDescription node) : RpcMethod
{
    public override string Name => "rpc.discover";

    public override MethodDescription Description { get; } = new("The OpenRPC document of this interface.", JsonSchema.Record);

    // The catalogue holds this method, so it is there only once this method is made.
    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
        new(RpcReply.Of(writer => OpenRpcDocument.Write(writer, services.GetRequiredService<MethodCatalog>(), node)));
}
