using System.Text.Json;
using Bundler.Engine.Admission;
using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>
/// debug_bundler_addUserOps (ERC-7769): puts operations into the mempool without validation. There is no EntryPoint parameter: the form of the
/// operation decides between v0.6 and the first later one served; one may be named behind the list.
/// </summary>
internal sealed class AddUserOps(EntryPointParameter entryPoints, ServedEntryPoints served, AdmissionDesk desk) : RpcMethod
{
    public override string Name => "debug_bundler_addUserOps";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Array("userOperations"), RpcParameter.Address("entryPoint", required: false)];

    public override MethodDescription Description { get; } = new("Puts operations into the mempool without validation.", JsonSchema.OneOfTexts("ok"))
    {
        Errors = MethodErrors.Rejections,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint? named = parameters.Optional(1) is null ? null : entryPoints.Read(parameters, 1);
        int at = 0;
        foreach (JsonElement json in parameters.Required(0).EnumerateArray())
        {
            EntryPoint entryPoint = named ?? ByForm(json) ?? throw new CodecException($"{parameters.Path(0)}[{at}]", "no EntryPoint of this form is served");
            UserOperation operation;
            try
            {
                operation = entryPoint.Operations.Read(json, partial: false).Operation;
            }
            catch (CodecException fault)
            {
                throw fault.Within($"{parameters.Path(0)}[{at}]");
            }

            if (await desk.AddUnvalidatedAsync(entryPoint, operation, cancellationToken) is { Accepted: false } refused)
            {
                return RpcReply.Rejected(refused.Rejection);
            }

            at++;
        }

        return RpcReply.Text("ok");
    }

    private EntryPoint? ByForm(JsonElement json)
    {
        bool old = json.ValueKind == JsonValueKind.Object && (json.TryGetProperty("initCode", out _) || json.TryGetProperty("paymasterAndData", out _));
        return served.All.FirstOrDefault(entryPoint => old == (entryPoint.Version == EntryPointVersion.V06));
    }
}
