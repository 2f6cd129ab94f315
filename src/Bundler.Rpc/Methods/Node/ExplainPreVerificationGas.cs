using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_explainPreVerificationGas [userOperation, entryPoint]: what preVerificationGas pays for, part by part, in gas.
/// <c>{offered, required, requiredAtMost, bundleSize, callDataBytes, callDataTokens, parts: {transaction, callData, entryPoint, perOperation,
/// authorization, execution, floor, total}}</c>. required is what eth_sendUserOperation asks for when validation uses its whole limit, requiredAtMost
/// when it uses nothing, which is enough whatever it uses: they differ only where the floor of EIP-7623 binds. The operation may be one to estimate: one without preVerificationGas is
/// taken with what it needs, everything else as it is; give a signature of the final length.
/// </summary>
internal sealed class ExplainPreVerificationGas(EntryPointParameter entryPoints, PreVerificationGasPolicy policy) : RpcMethod
{
    public override string Name => "bundler_explainPreVerificationGas";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
        [RpcParameter.Object("userOperation"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "What an operation's preVerificationGas pays for, part by part, in gas.",
        JsonSchema.Object(
            ("offered", Schemas.Quantity.OrNull()),
            ("required", Schemas.Quantity),
            ("requiredAtMost", Schemas.Quantity),
            ("bundleSize", Schemas.Quantity),
            ("callDataBytes", Schemas.Quantity),
            ("callDataTokens", Schemas.Quantity),
            ("parts", JsonSchema.Object(
                ("transaction", Schemas.Quantity), ("callData", Schemas.Quantity), ("entryPoint", Schemas.Quantity), ("perOperation", Schemas.Quantity),
                ("authorization", Schemas.Quantity), ("execution", Schemas.Quantity), ("floor", Schemas.Quantity), ("total", Schemas.Quantity)))));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        PartialUserOperation partial = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        ulong limit = partial.Operation.VerificationGasLimit.FitsUInt64 ? (ulong)partial.Operation.VerificationGasLimit : ulong.MaxValue;
        ulong required = Required(limit);
        ulong atMost = Required(0);
        UserOperation operation = partial.HasPreVerificationGas ? partial.Operation : policy.Paying(entryPoint, partial.Operation, 0);
        Bytes packed = entryPoint.Operations.Pack(operation);
        PreVerificationGasBreakdown parts = policy.BreakDown(entryPoint, operation, packed.Span, 0);
        return new(RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("offered"u8, partial.HasPreVerificationGas ? operation.PreVerificationGas.ToQuantity() : null);
            Write(writer, "required", required);
            Write(writer, "requiredAtMost", atMost);
            Write(writer, "bundleSize", (ulong)parts.BundleSize);
            Write(writer, "callDataBytes", (ulong)parts.Bytes);
            Write(writer, "callDataTokens", parts.Tokens);
            writer.WriteStartObject("parts"u8);
            Write(writer, "transaction", parts.Transaction);
            Write(writer, "callData", parts.CallData);
            Write(writer, "entryPoint", parts.EntryPoint);
            Write(writer, "perOperation", parts.PerOperation);
            Write(writer, "authorization", parts.Authorization);
            Write(writer, "execution", parts.Execution);
            Write(writer, "floor", parts.Floor);
            Write(writer, "total", parts.Total);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));

        ulong Required(ulong verificationGasUsed) => partial.HasPreVerificationGas
            ? policy.Required(entryPoint, partial.Operation, entryPoint.Operations.Pack(partial.Operation).Span, verificationGasUsed)
            : (ulong)policy.Paying(entryPoint, partial.Operation, verificationGasUsed).PreVerificationGas;
    }

    private static void Write(Utf8JsonWriter writer, string name, ulong gas) => writer.WriteString(name, Hex.EncodeQuantity(gas));
}
