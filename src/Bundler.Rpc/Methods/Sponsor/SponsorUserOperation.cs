using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>pm_sponsorUserOperation [userOperation, entryPoint, context?] in Pimlico's form: estimates the limits that are absent or zero, and grants the result.</summary>
internal sealed class SponsorUserOperation(EntryPointParameter entryPoints, Paymaster.Sponsor sponsor) : RpcMethod
{
    public override string Name => "pm_sponsorUserOperation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Object("userOperation"), RpcParameter.Address("entryPoint"), SponsorContext.Parameter];

    public override MethodDescription Description { get; } = new(
        "Estimates an operation and grants it, in one go and with the same numbers.",
        JsonSchema.Object(
            ("paymasterAndData?", Schemas.Data), ("paymaster?", Schemas.Address), ("paymasterData?", Schemas.Data),
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity),
            ("preVerificationGas", Schemas.Quantity), ("verificationGasLimit", Schemas.Quantity), ("callGasLimit", Schemas.Quantity)))
    {
        Errors = SponsorJson.Errors,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        if (SponsorContext.PhaseOf(parameters, 2) is not null)
        {
            throw new CodecException($"{parameters.Path(2)}.signingPhase", "is for pm_getPaymasterStubData and pm_getPaymasterData");
        }

        PartialUserOperation partial = parameters.Read(0, json => ReadWithFees(entryPoint, json));
        Decision<GrantedOperation> decision =
            await sponsor.EstimateAndGrantAsync(entryPoint, partial, SponsorContext.Of(parameters, 2), cancellationToken);
        return decision.Granted ? RpcReply.Of(writer => Write(writer, decision.Value)) : SponsorJson.Refused(decision.Refusal);
    }

    /// <summary>The fees are signed, and there is no place in the answer for others.</summary>
    private static PartialUserOperation ReadWithFees(EntryPoint entryPoint, JsonElement json)
    {
        PartialUserOperation partial = entryPoint.Operations.Read(json, partial: true);
        return partial.Operation.MaxFeePerGas.IsZero ? throw new CodecException("maxFeePerGas", "is required") : partial;
    }

    private static void Write(Utf8JsonWriter writer, GrantedOperation granted)
    {
        UserOperation operation = granted.Operation;
        writer.WriteStartObject();
        SponsorJson.WritePaymaster(writer, granted.Paymaster, operation.PaymasterData, operation.PaymasterVerificationGasLimit);
        writer.WriteQuantity("preVerificationGas", operation.PreVerificationGas);
        writer.WriteQuantity("verificationGasLimit", operation.VerificationGasLimit);
        writer.WriteQuantity("callGasLimit", operation.CallGasLimit);
        writer.WriteEndObject();
    }
}
