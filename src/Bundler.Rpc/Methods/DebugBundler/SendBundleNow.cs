using Bundler.Engine.Bundling;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>
/// debug_bundler_sendBundleNow (ERC-7769): builds and sends a bundle, and answers its transaction hash once it is mined and its events are
/// processed; "ok" when there was nothing to send.
/// </summary>
internal sealed class SendBundleNow(BundlingDesk desk) : RpcMethod
{
    public override string Name => "debug_bundler_sendBundleNow";

    public override MethodDescription Description { get; } = new(
        "Builds and sends a bundle and answers its transaction hash once it is mined; ok when there was nothing to send.",
        JsonSchema.AnyOf(Schemas.Hash, JsonSchema.OneOfTexts("ok")));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        if (desk.Elsewhere is { } elsewhere)
        {
            return RpcReply.Failed(RpcErrorCode.Elsewhere, elsewhere);
        }

        Hash32? mined = null;
        foreach (Bundle bundle in await desk.SendNowAsync(cancellationToken))
        {
            mined = await desk.SettledAsync(bundle, cancellationToken) ?? mined;
        }

        return RpcReply.Text(mined?.ToString() ?? "ok");
    }
}
