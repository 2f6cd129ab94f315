using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Everything that is known of an operation by its hash: from the index, else from the mempool, else from its last status.</summary>
public sealed class OperationLookup(Mempools mempools, IMempoolStore mempoolStore, IOperationHistoryStore history)
{
    /// <summary>The operation as a block includes it, or <c>null</c>.</summary>
    public Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        history.FindIncludedAsync(userOpHash, cancellationToken);

    /// <summary>The receipt of the transaction that carried operations, as the node gave it.</summary>
    public Task<Bytes?> FindReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        history.FindReceiptAsync(transactionHash, cancellationToken);

    /// <summary>The pending operation, or <c>null</c>.</summary>
    public MempoolEntry? FindPending(Hash32 userOpHash) =>
        mempools.TryFind(userOpHash, out _, out MempoolEntry? entry) ? entry : null;

    /// <summary>The last status of an operation that this node once accepted or saw included.</summary>
    public Task<OperationStatusRecord?> FindStatusAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        mempoolStore.FindStatusAsync(userOpHash, cancellationToken);
}
