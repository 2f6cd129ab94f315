using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.Methods;

/// <summary>The UserOperationReceipt of ERC-7769.</summary>
internal static class ReceiptJson
{
    /// <param name="writer">Gets one object.</param>
    /// <param name="receipt">The operation, and its transaction's receipt.</param>
    public static void Write(Utf8JsonWriter writer, IncludedReceipt receipt)
    {
        IncludedOperation included = receipt.Operation;
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
        writer.WriteRawValue(receipt.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
