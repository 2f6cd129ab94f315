using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Options;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>pm_getPaymasterStubData (ERC-7677): what stands for a grant while gas is estimated. Signs nothing, reserves nothing.</summary>
internal sealed class GetPaymasterStubData(SponsorParameters common, Paymaster.Sponsor sponsor, IOptions<SponsorOptions> options) : RpcMethod
{
    public override string Name => "pm_getPaymasterStubData";

    public override IReadOnlyList<RpcParameter> Parameters => SponsorParameters.OfErc7677;

    public override MethodDescription Description { get; } = new(
        "What stands for a paymaster's grant while gas is estimated.",
        JsonSchema.Object(
            ("sponsor?", JsonSchema.Object(("name", JsonSchema.Text), ("icon?", JsonSchema.Text))),
            ("paymasterAndData?", Schemas.Data), ("paymaster?", Schemas.Address), ("paymasterData?", Schemas.Data),
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity), ("isFinal", JsonSchema.Boolean)))
    {
        Errors = SponsorJson.Errors,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = common.Read(parameters);
        PartialUserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        _ = SponsorContext.Of(parameters, 3);
        Decision<SponsorStub> stub = await sponsor.StubAsync(entryPoint, operation.Operation, cancellationToken);
        return stub.Granted ? RpcReply.Of(writer => Write(writer, stub.Value)) : SponsorJson.Refused(stub.Refusal);
    }

    private void Write(System.Text.Json.Utf8JsonWriter writer, SponsorStub stub)
    {
        writer.WriteStartObject();
        if (options.Value.Name.Length > 0)
        {
            writer.WriteStartObject("sponsor"u8);
            writer.WriteString("name"u8, options.Value.Name);
            if (options.Value.Icon.Length > 0)
            {
                writer.WriteString("icon"u8, options.Value.Icon);
            }

            writer.WriteEndObject();
        }

        SponsorJson.WritePaymaster(writer, stub.Paymaster, stub.Data, stub.VerificationGasLimit);
        writer.WriteBoolean("isFinal"u8, false);
        writer.WriteEndObject();
    }
}
