using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Pimlico;

/// <summary>
/// pimlico_getUserOperationStatus [userOpHash]: <c>{status, transactionHash}</c>. not_found: never met; not_submitted: in the mempool; submitted: in a
/// transaction on its way; included: in a block; rejected: dropped or replaced. The hash comes with submitted and included.
/// </summary>
internal sealed class PimlicoUserOperationStatus(OperationStandings standings) : RpcMethod
{
    public override string Name => "pimlico_getUserOperationStatus";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.UserOpHash, RpcParameter.IgnoredBlock()];

    public override MethodDescription Description { get; } = new(
        "bundler_getUserOperationStatus in the form of Pimlico's bundler.",
        JsonSchema.Object(
            ("status", JsonSchema.OneOfTexts("not_found", "not_submitted", "submitted", "included", "rejected")),
            ("transactionHash", Schemas.Hash.OrNull())));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        OperationStanding? standing = await standings.FindAsync(parameters.Hash(0), cancellationToken);
        string status = standing?.State switch
        {
            null => "not_found",
            OperationState.Received or OperationState.Pending => "not_submitted",
            OperationState.Bundled => "submitted",
            OperationState.Included or OperationState.Final => "included",
            _ => "rejected",
        };
        string? transactionHash = status is "submitted" or "included" ? standing!.TransactionHash?.ToString() : null;
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, status);
            writer.WriteString("transactionHash"u8, transactionHash);
            writer.WriteEndObject();
        });
    }
}
