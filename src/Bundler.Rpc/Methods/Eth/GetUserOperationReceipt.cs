using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_getUserOperationReceipt (ERC-7769): what an included operation did; null while it is not included, and for unknown ones.</summary>
internal sealed class GetUserOperationReceipt(OperationLookup lookup) : RpcMethod
{
    public override string Name => "eth_getUserOperationReceipt";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Text("userOpHash")];

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Hash32 userOpHash = parameters.Hash(0);
        if (await lookup.FindIncludedAsync(userOpHash, cancellationToken) is not { } included
            || await lookup.FindReceiptAsync(included.TransactionHash, cancellationToken) is not { } receipt)
        {
            return RpcReply.Null;
        }

        return RpcReply.Of(writer => Write(writer, included, receipt));
    }

    private static void Write(Utf8JsonWriter writer, IncludedOperation included, Bytes receipt)
    {
        writer.WriteStartObject();
        writer.WriteString("userOpHash", included.UserOpHash.ToString());
        writer.WriteString("entryPoint", included.EntryPoint.ToString());
        writer.WriteString("sender", included.Sender.ToString());
        writer.WriteString("nonce", included.Nonce.ToQuantity());
        writer.WriteString("paymaster", (included.Paymaster ?? Address.Zero).ToString());
        writer.WriteString("actualGasCost", included.ActualGasCost.ToQuantity());
        writer.WriteString("actualGasUsed", included.ActualGasUsed.ToQuantity());
        writer.WriteBoolean("success", included.Success);
        if (included.RevertReason is { } reason)
        {
            writer.WriteString("reason", ExecutionRevert.Text(reason));
        }

        writer.WritePropertyName("logs");
        writer.WriteRawValue(included.LogsJson.Span, skipInputValidation: true);
        writer.WritePropertyName("receipt");
        writer.WriteRawValue(receipt.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
