using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// The content of operations whose bundle reached the EntryPoint through another contract: the transaction's own call data does not show
/// it, a trace of the transaction does. Asked only when somebody wants the content, and then remembered.
/// </summary>
internal sealed class NestedBundles(
    DebugClient debug, ServedEntryPoints entryPoints, IOperationHistoryStore store, ILogger<NestedBundles> logger, TimeProvider clock)
{
    private static readonly TimeSpan TraceTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MissLasts = TimeSpan.FromMinutes(1);

    private readonly RecentMisses _misses = new(MissLasts, clock);

    /// <summary>The operation with its content, or as it was when the node cannot trace.</summary>
    public async Task<IncludedOperation> CompleteAsync(IncludedOperation operation, CancellationToken cancellationToken)
    {
        if (operation.OperationJson is not null || _misses.Contains(operation.UserOpHash) || entryPoints.Find(operation.EntryPoint) is not { } entryPoint)
        {
            return operation;
        }

        UserOperation? content = await TraceAsync(operation.TransactionHash, cancellationToken) is { } trace
            ? Operations(trace, entryPoint).FirstOrDefault(sent => sent.Sender == operation.Sender && sent.Nonce == operation.Nonce)
            : null;
        if (content is null)
        {
            _misses.Add(operation.UserOpHash);
            return operation;
        }

        Bytes json = OperationJson.Write(entryPoint, content);
        await store.SetContentAsync(operation.UserOpHash, json, cancellationToken);
        return operation with { OperationJson = json };
    }

    /// <summary>What the calls to the EntryPoint carried that were not reverted.</summary>
    internal static IEnumerable<UserOperation> Operations(JsonElement trace, EntryPoint entryPoint)
    {
        Stack<JsonElement> frames = new([trace]);
        while (frames.TryPop(out JsonElement frame))
        {
            if (frame.TryGetProperty("error", out _))
            {
                continue;
            }

            if (frame.Optional("to", EthereumJson.ReadAddress) == entryPoint.Address && frame.Optional("input", EthereumJson.ReadBytes) is { } input)
            {
                foreach (UserOperation operation in entryPoint.Bundles.DecodeOperations(input) ?? [])
                {
                    yield return operation;
                }
            }

            foreach (JsonElement call in frame.OptionalArray("calls", call => call))
            {
                frames.Push(call);
            }
        }
    }

    private async Task<JsonElement?> TraceAsync(Hash32 transaction, CancellationToken cancellationToken)
    {
        try
        {
            return await debug.TraceTransactionAsync(transaction, "callTracer", null, TraceTimeout, cancellationToken);
        }
        catch (JsonRpcException refusal)
        {
            logger.TraceRefused(transaction, refusal.Message);
            return null;
        }
        catch (TransportException large) when (large.Fault == TransportFault.TooLarge)
        {
            logger.TraceRefused(transaction, large.Message);
            return null;
        }
    }
}
