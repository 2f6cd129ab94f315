using System.Text.Json;
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
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity), ("paymasterSignature?", Schemas.Data), ("isFinal", JsonSchema.Boolean)))
    {
        Errors = SponsorJson.Errors,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = common.Read(parameters);
        PartialUserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        SponsorAsk ask = SponsorContext.Of(parameters, 3);
        if (SponsorContext.PhaseOf(parameters, 3) == "commit")
        {
            Decision<SponsorCommitment> commitment = await sponsor.CommitAsync(entryPoint, operation.Operation, ask, cancellationToken);
            return commitment.Granted
                ? RpcReply.Of(writer => Write(writer, () => SponsorJson.WriteCommitment(writer, commitment.Value), isFinal: true))
                : SponsorJson.Refused(commitment.Refusal);
        }

        Decision<SponsorStub> stub = await sponsor.StubAsync(entryPoint, operation.Operation, cancellationToken);
        return stub.Granted
            ? RpcReply.Of(writer => Write(writer, () => SponsorJson.WritePaymaster(writer, stub.Value.Paymaster, stub.Value.Data, stub.Value.VerificationGasLimit), isFinal: false))
            : SponsorJson.Refused(stub.Refusal);
    }

    private void Write(Utf8JsonWriter writer, Action fields, bool isFinal)
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

        fields();
        writer.WriteBoolean("isFinal"u8, isFinal);
        writer.WriteEndObject();
    }
}
