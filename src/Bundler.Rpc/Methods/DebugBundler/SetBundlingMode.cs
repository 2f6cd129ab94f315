using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Pace;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_setBundlingMode (ERC-7769): manual builds only on command.</summary>
internal sealed class SetBundlingMode(BundlingDesk desk) : RpcMethod
{
    public override string Name => "debug_bundler_setBundlingMode";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Text("mode")];

    public override MethodDescription Description { get; } = new(
        "manual: bundles are built only on command; auto: by themselves.",
        JsonSchema.OneOfTexts("ok"));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        if (desk.Elsewhere is { } elsewhere)
        {
            return new(RpcReply.Failed(RpcErrorCode.Elsewhere, elsewhere));
        }

        desk.Mode = parameters.Text(0) switch
        {
            "manual" => BundlingMode.Manual,
            "auto" => BundlingMode.Auto,
            _ => throw new CodecException(parameters.Path(0), "expected manual or auto"),
        };
        return new(RpcReply.Text("ok"));
    }
}
