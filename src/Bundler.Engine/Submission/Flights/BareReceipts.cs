using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Chain;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// Receipts of our transactions without the logs that anybody's operation can make too many to be read: outcome and gas from the frame of a trace, of the
/// logs the EntryPoint's own events. An operation with huge logs ends its flight and stands in the ledger like any other.
/// </summary>
public sealed class BareReceipts(EthClient eth, DebugClient debug, ServedEntryPoints entryPoints)
{
    private static readonly TimeSpan _traceTimeout = TimeSpan.FromSeconds(10);

    /// <summary><c>null</c>: it is not mined, or the node does not trace it.</summary>
    /// <exception cref="TransportException">The node gives no answer for now.</exception>
    public async Task<TransactionReceipt?> FindAsync(Hash32 transaction, CancellationToken cancellationToken)
    {
        TransactionInfo? info = await eth.GetTransactionByHashAsync(transaction, cancellationToken);
        if (info is not { BlockHash: { } block, BlockNumber: { } number, TransactionIndex: { } index, GasPrice: { } price }
            || await OuterFrameAsync(transaction, cancellationToken) is not { } frame)
        {
            return null;
        }

        EthBatch batch = eth.Batch();
        Pending<IReadOnlyList<LogEntry>> events = batch.GetLogs(new LogFilter
        {
            BlockHash = block,
            Addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)],
            Topics = [[EntryPointEvents.UserOperationEvent.Topic]],
        });
        await batch.SendAsync(cancellationToken);
        return events.Failed ? null : new TransactionReceipt
        {
            TransactionHash = transaction,
            TransactionIndex = index,
            BlockHash = block,
            BlockNumber = number,
            From = info.From,
            To = info.To,
            Success = !frame.Failed,
            GasUsed = frame.GasUsed,
            CumulativeGasUsed = 0,
            EffectiveGasPrice = price,
            Type = info.Type,
            LogsBloom = default,
            Logs = [.. events.Value.Where(log => log.TransactionHash == transaction)],
        };
    }

    /// <summary>What is refused, too slow or too large even so would be that always, and must not hold up what is behind it.</summary>
    private async Task<CallFrame?> OuterFrameAsync(Hash32 transaction, CancellationToken cancellationToken)
    {
        try
        {
            JsonElement trace = await debug.TraceTransactionAsync(
                transaction, "callTracer", new JsonObject { ["onlyTopCall"] = true }, _traceTimeout, cancellationToken);
            return CallTraceReader.Read(trace).Root;
        }
        catch (Exception fault) when (fault is JsonRpcException or CodecException or TransportException { Fault: TransportFault.Timeout or TransportFault.TooLarge })
        {
            return null;
        }
    }
}
