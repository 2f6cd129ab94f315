namespace Bundler.Rpc.OpenRpc;

/// <summary>The values that many methods share, by the names of ERC-7769 and of the Ethereum JSON-RPC.</summary>
public static class Schemas
{
    /// <summary>20 bytes; capitals are an EIP-55 checksum.</summary>
    public static JsonSchema Address { get; } = JsonSchema.Component("Address");

    public static JsonSchema Hash { get; } = JsonSchema.Component("Hash");

    /// <summary>A number in hex without leading zeros.</summary>
    public static JsonSchema Quantity { get; } = JsonSchema.Component("Quantity");

    /// <summary>Bytes in hex.</summary>
    public static JsonSchema Data { get; } = JsonSchema.Component("Data");

    public static JsonSchema UserOperation { get; } = JsonSchema.Component("UserOperation");

    public static JsonSchema UserOperationReceipt { get; } = JsonSchema.Component("UserOperationReceipt");

    /// <summary>maxFeePerGas and maxPriorityFeePerGas in wei.</summary>
    public static JsonSchema Fees { get; } = JsonSchema.Component("Fees");

    /// <summary>What <see cref="JsonSchema.Component"/> may name.</summary>
    public static IReadOnlyList<(string Name, JsonSchema Schema)> Components { get; } =
    [
        ("Address", JsonSchema.Pattern("^0x[0-9a-fA-F]{40}$")),
        ("Hash", JsonSchema.Pattern("^0x[0-9a-fA-F]{64}$")),
        ("Quantity", JsonSchema.Pattern("^0x(0|[1-9a-f][0-9a-f]{0,63})$")),
        ("Data", JsonSchema.Pattern("^0x([0-9a-fA-F]{2})*$")),
        ("Fees", JsonSchema.Object(("maxFeePerGas", Quantity), ("maxPriorityFeePerGas", Quantity))),
        ("Authorization", JsonSchema.Object(
            ("chainId", Quantity), ("address", Address), ("nonce", Quantity), ("yParity", Quantity), ("r", Data), ("s", Data))),
        ("UserOperationV06", JsonSchema.Object(
            ("sender", Address), ("nonce", Quantity), ("initCode", Data), ("callData", Data), ("callGasLimit", Quantity),
            ("verificationGasLimit", Quantity), ("preVerificationGas", Quantity), ("maxFeePerGas", Quantity), ("maxPriorityFeePerGas", Quantity),
            ("paymasterAndData", Data), ("signature", Data), ("eip7702Auth?", JsonSchema.Component("Authorization")))),
        ("UserOperationV07", JsonSchema.Object(
            ("sender", Address), ("nonce", Quantity), ("factory?", Address), ("factoryData?", Data), ("callData", Data), ("callGasLimit", Quantity),
            ("verificationGasLimit", Quantity), ("preVerificationGas", Quantity), ("maxFeePerGas", Quantity), ("maxPriorityFeePerGas", Quantity),
            ("paymaster?", Address), ("paymasterVerificationGasLimit?", Quantity), ("paymasterPostOpGasLimit?", Quantity), ("paymasterData?", Data),
            ("paymasterSignature?", Data), ("signature", Data), ("eip7702Auth?", JsonSchema.Component("Authorization")))),
        ("UserOperation", JsonSchema.AnyOf(JsonSchema.Component("UserOperationV06"), JsonSchema.Component("UserOperationV07"))),
        ("UserOperationReceipt", JsonSchema.Object(
            ("userOpHash", Hash), ("entryPoint", Address), ("sender", Address), ("nonce", Quantity), ("paymaster", Address), ("actualGasCost", Quantity),
            ("actualGasUsed", Quantity), ("success", JsonSchema.Boolean), ("reason?", JsonSchema.Text), ("logs", JsonSchema.ArrayOf(JsonSchema.Record)),
            ("receipt", JsonSchema.Record))),
    ];
}
