using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>
/// pm_validateSponsorshipPolicies [userOperation, entryPoint, [id]] in Pimlico's form: of the policies that are named, those that would pay. There are none to name yet, so none would.
/// </summary>
internal sealed class ValidateSponsorshipPolicies(EntryPointParameter entryPoints) : RpcMethod
{
    public override string Name => "pm_validateSponsorshipPolicies";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
        [RpcParameter.Object("userOperation"), RpcParameter.Address("entryPoint"), RpcParameter.Array("sponsorshipPolicyIds")];

    public override MethodDescription Description { get; } = new(
        "Of the policies that are named, those that would pay for the operation.",
        JsonSchema.ArrayOf(JsonSchema.Object(("sponsorshipPolicyId", JsonSchema.Text), ("data", JsonSchema.Record))));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        _ = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: true));
        return ValueTask.FromResult(RpcReply.Of(static writer =>
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }));
    }
}
