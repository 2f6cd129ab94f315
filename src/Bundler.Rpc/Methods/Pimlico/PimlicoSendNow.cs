using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Methods.Pimlico;

/// <summary>
/// pimlico_sendUserOperationNow [userOperation, entryPoint, {timeoutSeconds?}?]: eth_sendUserOperation that waits, and answers the receipt as
/// eth_getUserOperationReceipt does. Not included in time (at most the deadline of every call): -32002 with <c>{userOpHash}</c>, and the operation stays
/// pending. Dropped or replaced meanwhile: -32500 with the reason.
/// </summary>
internal sealed class PimlicoSendNow(
    EntryPointParameter entryPoints, OperationDoor door, OperationFeed feed, OperationLookup lookup, IOptions<RpcOptions> options, TimeProvider clock)
    : RpcMethod
{
    /// <summary>What is left of the call's own deadline to write the answer.</summary>
    private static readonly TimeSpan _reserve = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _longest = TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds) - _reserve;

    public override string Name => "pimlico_sendUserOperationNow";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
    [
        RpcParameter.Operation("userOperation"),
        RpcParameter.Address("entryPoint"),
        RpcParameter.Object("options", required: false) with { Schema = JsonSchema.Object(("timeoutSeconds?", JsonSchema.Integer)) },
    ];

    public override MethodDescription Description { get; } = new(
        "Takes an operation, waits until a block includes it, and answers its receipt.", Schemas.UserOperationReceipt)
    {
        Errors = MethodErrors.Rejections,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        UserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: false)).Operation;
        TimeSpan patience = parameters.Optional(2) is null ? _longest : parameters.Read(2, ReadTimeout);

        using CancellationTokenSource timer = new(patience < _longest ? patience : _longest, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using OperationSubscription events = feed.Subscribe();
        Outcome<Hash32> sent = await door.SubmitAsync(entryPoint, operation, cancellationToken);
        return sent.Accepted ? await WaitAsync(sent.Value, events, either.Token, cancellationToken) : RpcReply.Rejected(sent.Rejection);
    }

    private async Task<RpcReply> WaitAsync(Hash32 userOpHash, OperationSubscription events, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (OperationEvent happened in events.Events.ReadAllAsync(patience))
            {
                if (happened.Status.UserOpHash != userOpHash)
                {
                    continue;
                }

                switch (happened.Status.State)
                {
                    case OperationState.Included when await FindReceiptAsync(userOpHash, cancellationToken) is { } receipt:
                        return receipt;
                    case OperationState.Dropped or OperationState.Replaced:
                        return RpcReply.Rejected(new Rejection.RejectedByEntryPoint(
                            $"{StandingJson.Word(happened.Status.State)} before a block included it: {happened.Status.Reason}"));
                    default:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Patience has ended: one look, then the caller hears where to ask.
        }

        return await FindReceiptAsync(userOpHash, cancellationToken)
            ?? RpcReply.Failed(RpcErrorCode.TimedOut, "not included in time; the operation is pending", writer => WriteHash(writer, userOpHash));
    }

    private async Task<RpcReply?> FindReceiptAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        await lookup.FindIncludedAsync(userOpHash, cancellationToken) is { } included
            && await lookup.FindReceiptAsync(included, cancellationToken) is { } receipt
            ? RpcReply.Of(writer => ReceiptJson.Write(writer, receipt))
            : null;

    private static void WriteHash(Utf8JsonWriter writer, Hash32 userOpHash)
    {
        writer.WriteStartObject();
        writer.WriteString("userOpHash"u8, userOpHash.ToString());
        writer.WriteEndObject();
    }

    private static TimeSpan ReadTimeout(JsonElement options)
    {
        TimeSpan timeout = Timeout.InfiniteTimeSpan;
        foreach (JsonProperty member in options.EnumerateObject())
        {
            timeout = member.Name != "timeoutSeconds" ? throw new CodecException(member.Name, "is not known; known is timeoutSeconds")
                : member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out int seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds)
                : throw new CodecException(member.Name, "expected a whole number of seconds");
        }

        return timeout < TimeSpan.Zero ? TimeSpan.MaxValue : timeout;
    }
}
