using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Bundler.Rpc.Subscriptions;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_subscribe ["userOperations", {userOpHash?, sender?, entryPoint?}?], over WebSocket: the id of a subscription. From then on every step in the
/// life of the operations that fit comes as a notification, method bundler_subscription, params
/// <c>{subscription, result: {userOpHash, entryPoint, sender, nonce, status, transactionHash, reason, at}}</c>. Who does not read gets
/// <c>{subscription, error}</c> as the last one.
/// </summary>
internal sealed class Subscribe(OperationSubscriptions subscriptions) : RpcMethod
{
    private const string UserOperations = "userOperations";

    public override string Name => "bundler_subscribe";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
    [
        RpcParameter.Text("kind") with { Schema = JsonSchema.OneOfTexts(UserOperations) },
        RpcParameter.Object("filter", required: false) with
        {
            Schema = JsonSchema.Object(("userOpHash?", Schemas.Hash), ("sender?", Schemas.Address), ("entryPoint?", Schemas.Address)),
        },
    ];

    public override MethodDescription Description { get; } = new(
        "Every step in the life of operations as notifications (bundler_subscription), over WebSocket; the id of the subscription.", Schemas.Data)
    {
        Errors = MethodErrors.NeedsSocket,
    };

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        if (parameters.Text(0) != UserOperations)
        {
            throw new CodecException(parameters.Path(0), $"expected {UserOperations}");
        }

        OperationFilter filter = parameters.Optional(1) is null ? OperationFilter.Everything : parameters.Read(1, OperationFilter.Read);
        return new(parameters.Connection is not { } connection ? RpcReply.Failed(RpcErrorCode.MethodNotFound, "subscriptions need a WebSocket")
            : subscriptions.Open(connection, filter) is { } id ? RpcReply.Text(id)
            : RpcReply.Failed(RpcErrorCode.LimitExceeded, "this socket has too many subscriptions"));
    }
}
