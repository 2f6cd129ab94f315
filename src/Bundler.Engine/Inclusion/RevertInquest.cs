using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Asks the node why a mined bundle of ours reverted: by a trace of the transaction, where it cannot trace by running the call again on the
/// block before, and on the block itself, whose other transactions may be the cause.
/// </summary>
internal sealed class RevertInquest(EthClient eth, DebugClient debug, ServedEntryPoints entryPoints, ILedgerStore ledger, ILogger<RevertInquest> logger)
{
    private const string Untold = "the node does not tell why";
    private static readonly TimeSpan _traceTimeout = TimeSpan.FromSeconds(10);

    public async Task<BundleFault> AskAsync(LedgerEntry reverted, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Hash32, StoredTransaction> signed = await ledger.SignedAmongAsync([reverted.TransactionHash], cancellationToken);
        if (entryPoints.Find(reverted.EntryPoint) is not { } entryPoint || !signed.TryGetValue(reverted.TransactionHash, out StoredTransaction? stored))
        {
            return new BundleFault(null, Untold, null, Bytes.Empty);
        }

        Transaction sent = Transaction.Decode(stored.Raw).Transaction;
        IReadOnlyList<UserOperation> operations = entryPoint.Bundles.DecodeOperations(sent.Data) ?? [];
        return await TraceAsync(reverted.TransactionHash, entryPoint, operations, cancellationToken)
            ?? await ReplayAsync(sent, reverted, entryPoint, operations, cancellationToken)
            ?? new BundleFault(null, Untold, null, Bytes.Empty);
    }

    /// <summary>What the frames of a transaction say: the EntryPoint's own words or, when it died without any, the operation it was at.</summary>
    internal static BundleFault? Read(CallFrame root, EntryPoint entryPoint, IReadOnlyList<UserOperation> operations)
    {
        if (!root.Failed)
        {
            return null;
        }

        BundleFault fault = FaultFrames.Of(entryPoint, operations, root);
        if (fault.OperationIndex is not null || !root.Output.IsEmpty)
        {
            return fault;
        }

        int executed = root.Calls.Count(call => call.Selector == entryPoint.Bundles.Selectors.InnerHandleOp);
        int validated = root.Calls.Count(call => call.Selector == entryPoint.Bundles.Selectors.ValidateUserOp);
        int at = (executed > 0 ? executed : validated) - 1;
        return new BundleFault(at >= 0 && at < operations.Count ? at : null, root.Error!, null, Bytes.Empty);
    }

    private async Task<BundleFault?> TraceAsync(
        Hash32 transaction, EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, CancellationToken cancellationToken)
    {
        try
        {
            JsonElement trace = await debug.TraceTransactionAsync(transaction, "callTracer", null, _traceTimeout, cancellationToken);
            return Read(CallTraceReader.Read(trace).Root, entryPoint, operations);
        }
        catch (JsonRpcException refusal)
        {
            logger.RevertNotTraced(transaction, refusal.Message);
            return null;
        }
        catch (TransportException slow) when (slow.Fault is TransportFault.Timeout or TransportFault.TooLarge)
        {
            // A trace that always takes too long, or is too large, must not hold up the chain behind it.
            logger.RevertNotTraced(transaction, slow.Message);
            return null;
        }
    }

    private async Task<BundleFault?> ReplayAsync(
        Transaction sent, LedgerEntry reverted, EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, CancellationToken cancellationToken)
    {
        CallRequest call = new() { From = reverted.Signer, To = sent.To, Data = sent.Data, Gas = (ulong)sent.GasLimit };
        foreach (ulong block in new[] { reverted.BlockNumber - 1, reverted.BlockNumber })
        {
            try
            {
                await eth.CallAsync(call, BlockTag.Number(block), cancellationToken);
            }
            catch (CallRevertedException again)
            {
                return BundleFaults.Of(entryPoint, operations, again.RevertData);
            }
            catch (JsonRpcException refusal)
            {
                logger.RevertNotTraced(reverted.TransactionHash, refusal.Message);
            }
        }

        return null;
    }
}
