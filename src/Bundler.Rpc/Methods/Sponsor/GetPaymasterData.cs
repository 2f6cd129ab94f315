using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>
/// pm_getPaymasterData (ERC-7677): the paymaster's grant for an operation with all its limits and fees. The limits that were signed are answered too; a client that drops them has sent the
/// same ones.
/// </summary>
internal sealed class GetPaymasterData(SponsorParameters common, Paymaster.Sponsor sponsor) : RpcMethod
{
    public override string Name => "pm_getPaymasterData";

    public override IReadOnlyList<RpcParameter> Parameters => SponsorParameters.OfErc7677;

    public override MethodDescription Description { get; } = new(
        "The paymaster's grant for an operation.",
        JsonSchema.Object(
            ("paymasterAndData?", Schemas.Data), ("paymaster?", Schemas.Address), ("paymasterData?", Schemas.Data),
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity)))
    {
        Errors = SponsorJson.Errors,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = common.Read(parameters);
        PartialUserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        Decision<GrantedOperation> decision = await sponsor.GrantAsync(entryPoint, operation.Operation, SponsorContext.Of(parameters, 3), cancellationToken);
        return decision.Granted ? RpcReply.Of(writer => Write(writer, decision.Value)) : SponsorJson.Refused(decision.Refusal);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, GrantedOperation granted)
    {
        writer.WriteStartObject();
        SponsorJson.WritePaymaster(writer, granted.Paymaster, granted.Operation.PaymasterData, granted.Operation.PaymasterVerificationGasLimit);
        writer.WriteEndObject();
    }
}
