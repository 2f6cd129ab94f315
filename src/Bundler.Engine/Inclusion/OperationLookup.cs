using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Everything that is known of an operation by its hash: from the index, else from the mempool, else from its last status, else from the
/// chain's history of before the index. Of what the index has left to the chain the last status knows the transaction.
/// </summary>
public sealed class OperationLookup
{
    private readonly Mempools _mempools;
    private readonly IMempoolStore _mempoolStore;
    private readonly IOperationHistoryStore _history;
    private readonly HistorySearch _search;
    private readonly HistoryBackfill _backfill;
    private readonly NestedBundles _nested;
    private readonly ForeignReceipts _foreign;
    private readonly TimeProvider _clock;

    internal OperationLookup(
        Mempools mempools, IMempoolStore mempoolStore, IOperationHistoryStore history, HistorySearch search, HistoryBackfill backfill,
        NestedBundles nested, ForeignReceipts foreign, TimeProvider clock)
    {
        _mempools = mempools;
        _mempoolStore = mempoolStore;
        _history = history;
        _search = search;
        _backfill = backfill;
        _nested = nested;
        _foreign = foreign;
        _clock = clock;
    }

    /// <summary>The operation as a block includes it, or <c>null</c>; one that this node has never heard of is looked for in the chain, once.</summary>
    /// <exception cref="HistoryUnknownException">The Ethereum node cannot say it now; of one that the index has left to the chain the status is known.</exception>
    public async Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        if (await _history.FindIncludedAsync(userOpHash, cancellationToken) is { } included)
        {
            return included;
        }

        if (FindPending(userOpHash) is not null)
        {
            return null;
        }

        return await _mempoolStore.FindStatusAsync(userOpHash, cancellationToken) switch
        {
            null => await _search.FindAsync(userOpHash, cancellationToken),
            { LeftTo: { } block, TransactionHash: { } transaction } => await _search.RecallAsync(userOpHash, transaction, block, cancellationToken),
            _ => null,
        };
    }

    /// <summary>The same operation, with its content also where the bundle was sent through another contract, if the node can trace.</summary>
    public Task<IncludedOperation> WithContentAsync(IncludedOperation included, CancellationToken cancellationToken) =>
        _nested.CompleteAsync(included, cancellationToken);

    /// <summary>The operation with its logs, and the receipt of its transaction; <c>null</c> when the node has it no more.</summary>
    public async Task<IncludedReceipt?> FindReceiptAsync(IncludedOperation included, CancellationToken cancellationToken) =>
        !included.LogsJson.IsEmpty && await _history.FindReceiptAsync(included.TransactionHash, cancellationToken) is { } receipt
            ? new IncludedReceipt(included, receipt)
            : await _foreign.ReadAsync(included, cancellationToken);

    /// <summary>The pending operation, or <c>null</c>.</summary>
    public MempoolEntry? FindPending(Hash32 userOpHash) =>
        _mempools.TryFind(userOpHash, out _, out MempoolEntry? entry) ? entry : null;

    /// <summary>The last status of an operation that this node once accepted or saw included; one that was included before the index began is found too.</summary>
    public async Task<OperationStatusRecord?> FindStatusAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        if (await _mempoolStore.FindStatusAsync(userOpHash, cancellationToken) is { } status)
        {
            return status;
        }

        if (await FindIncludedAsync(userOpHash, cancellationToken) is not { } included)
        {
            return null;
        }

        bool isFinal = await _history.FinalBlockAsync(cancellationToken) >= included.Block.Number;
        return new OperationStatusRecord(
            userOpHash, isFinal ? OperationState.Final : OperationState.Included, included.TransactionHash, null, _clock.GetUtcNow());
    }

    /// <summary>Brings the operations of a range of blocks of before the node's start into the index, the newest first, until it has had enough.</summary>
    public Task<BackfillReport> BackfillAsync(ulong from, ulong to, CancellationToken enough, CancellationToken cancellationToken) =>
        _backfill.RunAsync(from, to, enough, cancellationToken);
}
