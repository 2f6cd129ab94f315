using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>
/// pm_isSponsorable [transaction] (BEP-414, BNB Chain): whether somebody pays for a plain transaction without a fee. It shares the name of the space with ERC-7677 and nothing else. Such a transaction needs a
/// block builder that is paid beside it, which no paymaster's grant is: what the node pays for are UserOperations, so the answer is no. A wallet then sends its transaction with a fee, or an operation.
/// </summary>
internal sealed class IsSponsorable : RpcMethod
{
    public override string Name => "pm_isSponsorable";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Object("transaction")];

    public override MethodDescription Description { get; } = new(
        "Whether a plain transaction without a fee is paid for (BEP-414). UserOperations are, and transactions are not.", JsonSchema.Object(("sponsorable", JsonSchema.Boolean)));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        _ = parameters.Read(0, From);
        return ValueTask.FromResult(RpcReply.Of(static writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("sponsorable"u8, false);
            writer.WriteEndObject();
        }));
    }

    /// <summary>A transaction has a sender; all else of it may change before it is sent.</summary>
    private static Address From(JsonElement transaction) =>
        transaction.TryGetProperty("from", out JsonElement from) && from.ValueKind == JsonValueKind.String
            ? Address.Parse(from.GetString())
            : throw new CodecException("from", "is required");
}
