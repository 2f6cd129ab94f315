using System.Text.Json;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Pace;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_setBundleInterval: seconds after which a bundle is tried even without a new head; also takes manual and auto.</summary>
internal sealed class SetBundleInterval(BundlingDesk desk) : RpcMethod
{
    public override string Name => "debug_bundler_setBundleInterval";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Any("interval")];

    public override MethodDescription Description { get; } = new(
        "Seconds after which a bundle is tried even without a new head; also manual and auto.",
        JsonSchema.OneOfTexts("ok"));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        if (desk.Elsewhere is { } elsewhere)
        {
            return new(RpcReply.Failed(RpcErrorCode.Elsewhere, elsewhere));
        }

        JsonElement interval = parameters.Required(0);
        switch (interval.ValueKind == JsonValueKind.String ? interval.GetString() : null)
        {
            case "manual":
                desk.Mode = BundlingMode.Manual;
                break;
            case "auto":
                desk.Mode = BundlingMode.Auto;
                break;
            default:
                ulong seconds = parameters.Read(0, DebugNumber.Read);
                desk.Interval = seconds is > 0 and <= 3_600
                    ? TimeSpan.FromSeconds(seconds)
                    : throw new CodecException(parameters.Path(0), "expected 1 to 3600 seconds");
                break;
        }

        return new(RpcReply.Text("ok"));
    }
}
