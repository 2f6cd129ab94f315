using System.Text.Json;
using Bundler.Engine.Admission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_estimateUserOperationGas (ERC-7769): the limits that an operation needs, in a state that the caller may override.</summary>
internal sealed class EstimateUserOperationGas(EntryPointParameter entryPoints, EstimationDesk desk) : RpcMethod
{
    public override string Name => "eth_estimateUserOperationGas";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
        [RpcParameter.Object("userOperation"), RpcParameter.Address("entryPoint"), RpcParameter.Object("stateOverride", required: false)];

    public override MethodDescription Description { get; } = new(
        "The gas limits that an operation needs.",
        JsonSchema.Object(
            ("preVerificationGas", Schemas.Quantity), ("verificationGasLimit", Schemas.Quantity), ("callGasLimit", Schemas.Quantity),
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity)))
    {
        Errors = [.. MethodErrors.Rejections, new MethodError(-32521, "the execution reverts")],
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        PartialUserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        StateOverride? overrides = parameters.Optional(2) is null ? null : parameters.Read(2, StateOverride.Read);
        Outcome<GasEstimate> outcome = await desk.EstimateAsync(entryPoint, operation, overrides, cancellationToken);
        return RpcReply.From(outcome, Write);
    }

    private static void Write(Utf8JsonWriter writer, GasEstimate estimate)
    {
        writer.WriteStartObject();
        writer.WriteQuantity("preVerificationGas", estimate.PreVerificationGas);
        writer.WriteQuantity("verificationGasLimit", estimate.VerificationGasLimit);
        writer.WriteQuantity("callGasLimit", estimate.CallGasLimit);
        if (estimate.PaymasterVerificationGasLimit is { } paymasterVerification)
        {
            writer.WriteQuantity("paymasterVerificationGasLimit", paymasterVerification);
        }

        if (estimate.PaymasterPostOpGasLimit is { } postOp)
        {
            writer.WriteQuantity("paymasterPostOpGasLimit", postOp);
        }

        writer.WriteEndObject();
    }
}
