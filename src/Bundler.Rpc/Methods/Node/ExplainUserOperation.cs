using System.Text.Json;
using Bundler.Engine.Admission;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_explainUserOperation [userOperation, entryPoint]: what eth_sendUserOperation would say, in full, and nothing changes.
/// <c>{accepted, userOpHash, rejections: [{code, message, data?}], violations: [{rule, entity, address, message, …}], entities: [{entity, address,
/// gasUsed, frames: [{path, type, from, to, selector, gasUsed, error}]}], validAfter, validUntil}</c>; at most 256 frames for an entity.
/// </summary>
internal sealed class ExplainUserOperation(EntryPointParameter entryPoints, AdmissionReview review) : RpcMethod
{
    private const int MaxFrames = 256;

    public override string Name => "bundler_explainUserOperation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Operation("userOperation"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "A dry run of eth_sendUserOperation: every reason against the operation, the broken rules, and what each entity's validation did.",
        JsonSchema.Object(
            ("accepted", JsonSchema.Boolean),
            ("userOpHash", Schemas.Hash.OrNull()),
            ("rejections", JsonSchema.ArrayOf(JsonSchema.Object(("code", JsonSchema.Integer), ("message", JsonSchema.Text), ("data?", JsonSchema.Any)))),
            ("violations", JsonSchema.ArrayOf(JsonSchema.Object(
                ("rule", JsonSchema.Text), ("entity", JsonSchema.Text), ("address", Schemas.Address), ("framePath?", JsonSchema.Text), ("opcode?", JsonSchema.Text),
                ("slot?", Schemas.Hash), ("expected?", JsonSchema.Text), ("got?", JsonSchema.Text), ("message", JsonSchema.Text)))),
            ("entities", JsonSchema.ArrayOf(JsonSchema.Object(
                ("entity", JsonSchema.Text), ("address", Schemas.Address), ("gasUsed", Schemas.Quantity),
                ("frames", JsonSchema.ArrayOf(JsonSchema.Object(
                    ("path", JsonSchema.Text), ("type", JsonSchema.Text), ("from", Schemas.Address), ("to", Schemas.Address.OrNull()),
                    ("selector", Schemas.Data), ("gasUsed", Schemas.Quantity), ("error", JsonSchema.Text.OrNull()))))))),
            ("validAfter", Schemas.Quantity.OrNull()),
            ("validUntil", Schemas.Quantity.OrNull())));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        UserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: false)).Operation;
        AdmissionReport report = await review.ExamineAsync(entryPoint, operation, cancellationToken);
        return RpcReply.Of(writer => Write(writer, report));
    }

    private static void Write(Utf8JsonWriter writer, AdmissionReport report)
    {
        ValidationReport? validation = report.Validation;
        writer.WriteStartObject();
        writer.WriteBoolean("accepted"u8, report.Rejections.Count == 0);
        writer.WriteString("userOpHash"u8, report.UserOpHash?.ToString());
        WriteAll(writer, "rejections", report.Rejections, static (writer, rejection) => RejectionJson.Write(writer, rejection));
        WriteAll(writer, "violations", validation?.Violations ?? [], static (writer, violation) => RejectionJson.Write(writer, violation));
        WriteAll(writer, "entities", validation?.Frames?.Phases ?? [], WriteEntity);
        ValidityWindow? window = validation?.Result?.Window;
        writer.WriteString("validAfter"u8, window is { } from ? Hex.EncodeQuantity(from.ValidAfter) : null);
        writer.WriteString("validUntil"u8, window is { } to ? Hex.EncodeQuantity(to.ValidUntil) : null);
        writer.WriteEndObject();
    }

    private static void WriteEntity(Utf8JsonWriter writer, EntityFrame phase)
    {
        writer.WriteStartObject();
        writer.WriteString("entity"u8, phase.Entity.Title);
        writer.WriteString("address"u8, phase.Entity.Address.ToString());
        writer.WriteString("gasUsed"u8, Hex.EncodeQuantity(phase.Frame.GasUsed));
        WriteAll(writer, "frames", phase.Tree().Take(MaxFrames), WriteFrame);
        writer.WriteEndObject();
    }

    private static void WriteFrame(Utf8JsonWriter writer, EntityFrame each)
    {
        CallFrame frame = each.Frame;
        writer.WriteStartObject();
        writer.WriteString("path"u8, each.Path);
        writer.WriteString("type"u8, frame.Kind.ToString().ToUpperInvariant());
        writer.WriteString("from"u8, frame.From.ToString());
        writer.WriteString("to"u8, frame.To?.ToString());
        writer.WriteString("selector"u8, Hex.Encode(frame.Input.Span[..Math.Min(4, frame.Input.Length)]));
        writer.WriteString("gasUsed"u8, Hex.EncodeQuantity(frame.GasUsed));
        writer.WriteString("error"u8, frame.Error);
        writer.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }
}
