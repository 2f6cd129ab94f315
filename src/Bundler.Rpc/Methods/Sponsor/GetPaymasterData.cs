using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Paymaster.Codecs;
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
            ("paymasterVerificationGasLimit?", Schemas.Quantity), ("paymasterPostOpGasLimit?", Schemas.Quantity), ("paymasterSignature?", Schemas.Data)))
    {
        Errors = SponsorJson.Errors,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = common.Read(parameters);
        PartialUserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        SponsorAsk ask = SponsorContext.Of(parameters, 3);
        UserOperation asked = operation.Operation;
        switch (SponsorContext.PhaseOf(parameters, 3))
        {
            case "commit":
                Decision<SponsorCommitment> commitment = await sponsor.CommitAsync(entryPoint, asked, ask, cancellationToken);
                return commitment.Granted ? RpcReply.Of(writer => Write(writer, commitment.Value)) : SponsorJson.Refused(commitment.Refusal);
            case "finalize":
                asked = ParallelForm.Unpacked(asked);
                ask = ask with
                {
                    Committed = ParallelForm.TermsOf(asked) ?? throw new CodecException($"{parameters.Path(0)}.paymasterData", "is not what was answered to the phase commit"),
                };
                break;
        }

        Decision<GrantedOperation> decision = await sponsor.GrantAsync(entryPoint, asked, ask, cancellationToken);
        return decision.Granted ? RpcReply.Of(writer => Write(writer, decision.Value)) : SponsorJson.Refused(decision.Refusal);
    }

    private static void Write(Utf8JsonWriter writer, GrantedOperation granted)
    {
        writer.WriteStartObject();
        SponsorJson.WritePaymaster(writer, granted.Paymaster, granted.Operation.PaymasterData, granted.Operation.PaymasterVerificationGasLimit);
        if (granted.Operation.PaymasterSignature is { } signature)
        {
            writer.WriteString("paymasterSignature"u8, signature.ToString());
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SponsorCommitment commitment)
    {
        writer.WriteStartObject();
        SponsorJson.WriteCommitment(writer, commitment);
        writer.WriteEndObject();
    }
}
