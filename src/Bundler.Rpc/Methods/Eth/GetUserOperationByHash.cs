using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_getUserOperationByHash (ERC-7769): the operation and where it is; pending ones have null for block and transaction.</summary>
internal sealed class GetUserOperationByHash(OperationLookup lookup) : RpcMethod
{
    public override string Name => "eth_getUserOperationByHash";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.UserOpHash, RpcParameter.IgnoredBlock()];

    public override MethodDescription Description { get; } = new(
        "An operation and where it is; null for unknown ones, null members while it is pending.",
        JsonSchema.Object(
            ("userOperation", Schemas.UserOperation.OrNull()), ("entryPoint", Schemas.Address), ("blockNumber", Schemas.Quantity.OrNull()),
            ("blockHash", Schemas.Hash.OrNull()), ("transactionHash", Schemas.Hash.OrNull())).OrNull());

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Hash32 userOpHash = parameters.Hash(0);
        if (await lookup.FindIncludedAsync(userOpHash, cancellationToken) is { } found)
        {
            IncludedOperation included = await lookup.WithContentAsync(found, cancellationToken);
            return RpcReply.Of(writer => Write(writer, included.OperationJson, included.EntryPoint, included.Block, included.TransactionHash));
        }

        return lookup.FindPending(userOpHash) is { } pending
            ? RpcReply.Of(writer => Write(writer, OperationJson.Write(pending.EntryPoint, pending.Operation), pending.EntryPoint.Address, null, null))
            : RpcReply.Null;
    }

    private static void Write(Utf8JsonWriter writer, Bytes? operation, Address entryPoint, BlockMark? block, Hash32? transactionHash)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("userOperation");
        if (operation is { } json)
        {
            writer.WriteRawValue(json.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("entryPoint", entryPoint.ToString());
        writer.WriteString("blockNumber", block is null ? null : Hex.EncodeQuantity(block.Number));
        writer.WriteString("blockHash", block?.Hash.ToString());
        writer.WriteString("transactionHash", transactionHash?.ToString());
        writer.WriteEndObject();
    }
}
