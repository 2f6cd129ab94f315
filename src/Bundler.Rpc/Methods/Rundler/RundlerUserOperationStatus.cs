using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Rundler;

/// <summary>
/// rundler_getUserOperationStatus [userOpHash, blockOption?]: <c>{status, receipt, userOperation, addedAtBlock, validUntil, validAfter, pendingBundle:
/// {txHash, sentAtBlock, bundlerAddress}}</c>; status is unknown (also dropped and replaced), pending, pendingBundle or mined; what does not apply is
/// null. The block option is taken and not needed: the answer comes from our own index. sentAtBlock is reckoned from the time of signing.
/// </summary>
internal sealed class RundlerUserOperationStatus(
    OperationStandings standings, OperationLookup lookup, ISubmissionStore submissions, HeadFeed heads, ChainProfile chain) : RpcMethod
{
    public override string Name => "rundler_getUserOperationStatus";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.UserOpHash, RpcParameter.IgnoredBlock("blockOption")];

    public override MethodDescription Description { get; } = new(
        "bundler_getUserOperationStatus in the form of Rundler, with the receipt once it is mined.",
        JsonSchema.Object(
            ("status", JsonSchema.OneOfTexts("unknown", "pending", "pendingBundle", "mined")),
            ("receipt", Schemas.UserOperationReceipt.OrNull()),
            ("userOperation", Schemas.UserOperation.OrNull()),
            ("addedAtBlock", Schemas.Quantity.OrNull()),
            ("validUntil", Schemas.Quantity.OrNull()),
            ("validAfter", Schemas.Quantity.OrNull()),
            ("pendingBundle", JsonSchema.Object(("txHash", Schemas.Hash), ("sentAtBlock", Schemas.Quantity), ("bundlerAddress", Schemas.Address)).OrNull())));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        OperationStanding? standing = await standings.FindAsync(parameters.Hash(0), cancellationToken);
        StoredTransaction? bundle = standing is { State: OperationState.Bundled, TransactionHash: { } hash } ? await submissions.FindAsync(hash, cancellationToken) : null;
        IncludedReceipt? receipt = null;
        if (standing?.Included is { } included)
        {
            standing = standing with { Included = await lookup.WithContentAsync(included, cancellationToken) };
            receipt = await lookup.FindReceiptAsync(included, cancellationToken);
        }

        return RpcReply.Of(writer => Write(writer, standing, bundle, receipt));
    }

    private void Write(Utf8JsonWriter writer, OperationStanding? standing, StoredTransaction? bundle, IncludedReceipt? receipt)
    {
        MempoolEntry? pending = standing?.Pending;
        ValidityWindow? window = pending?.Validation?.Window;
        writer.WriteStartObject();
        writer.WriteString("status"u8, standing?.Included is not null ? "mined" : pending is null ? "unknown" : bundle is null ? "pending" : "pendingBundle");
        writer.WritePropertyName("receipt"u8);
        if (receipt is not null)
        {
            ReceiptJson.Write(writer, receipt);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WritePropertyName("userOperation"u8);
        if (standing is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            StandingJson.WriteOperation(writer, standing);
        }

        writer.WriteString("addedAtBlock"u8, pending is null ? null : Hex.EncodeQuantity(pending.AdmittedAtBlock));
        writer.WriteString("validUntil"u8, window is null ? null : Hex.EncodeQuantity(window.Value.ValidUntil));
        writer.WriteString("validAfter"u8, window is null ? null : Hex.EncodeQuantity(window.Value.ValidAfter));
        WriteBundle(writer, bundle);
        writer.WriteEndObject();
    }

    private void WriteBundle(Utf8JsonWriter writer, StoredTransaction? bundle)
    {
        if (bundle is null)
        {
            writer.WriteNull("pendingBundle"u8);
            return;
        }

        writer.WriteStartObject("pendingBundle"u8);
        writer.WriteString("txHash"u8, bundle.TransactionHash.ToString());
        writer.WriteString("sentAtBlock"u8, Hex.EncodeQuantity(SentAtBlock(bundle)));
        writer.WriteString("bundlerAddress"u8, bundle.Signer.ToString());
        writer.WriteEndObject();
    }

    private ulong SentAtBlock(StoredTransaction bundle)
    {
        (ChainHead? head, DateTimeOffset? at) = (heads.Latest, heads.LatestAt);
        if (head is null || at is null)
        {
            return 0;
        }

        ulong blocks = (ulong)Math.Max(0, Math.Ceiling((at.Value - bundle.SignedAt).TotalSeconds / chain.BlockTimeSeconds));
        return head.Number > blocks ? head.Number - blocks : 0;
    }
}
