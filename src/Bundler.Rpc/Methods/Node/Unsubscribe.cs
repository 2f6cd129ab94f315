using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Bundler.Rpc.Subscriptions;

namespace Bundler.Rpc.Methods.Node;

/// <summary>bundler_unsubscribe [id], over WebSocket: ends a subscription of the same socket; false when there is none of this id.</summary>
internal sealed class Unsubscribe(OperationSubscriptions subscriptions) : RpcMethod
{
    public override string Name => "bundler_unsubscribe";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Text("subscription") with { Schema = Schemas.Data }];

    public override MethodDescription Description { get; } = new("Ends a subscription of this socket; false when there is none of this id.", JsonSchema.Boolean)
    {
        Errors = MethodErrors.NeedsSocket,
    };

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        string id = parameters.Text(0);
        if (parameters.Connection is not { } connection)
        {
            return new(RpcReply.Failed(RpcErrorCode.MethodNotFound, "subscriptions need a WebSocket"));
        }

        bool closed = subscriptions.Close(connection, id);
        return new(RpcReply.Of(writer => writer.WriteBooleanValue(closed)));
    }
}
