using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>Every signed transaction, stored before it is sent; what makes a crash between signing and sending harmless.</summary>
public interface ISubmissionStore
{
    /// <summary>
    /// Stores a signed transaction, or says why not. Returns only when it is durable. Where several nodes are, the first version of a bundle takes its
    /// operations, and each version puts its <see cref="StoredTransaction.Stake"/> at risk, in the same transaction.
    /// </summary>
    /// <param name="transaction">Of the key that <paramref name="fence"/> is about.</param>
    /// <param name="fence">The number under which this node has the key.</param>
    /// <param name="cancellationToken">Counts until the writing begins.</param>
    /// <exception cref="LeaseLostException">The key is another node's: nothing is stored, and nothing may be sent.</exception>
    Task<Recording> AddAsync(StoredTransaction transaction, Fence fence, CancellationToken cancellationToken);

    /// <summary>The nonce is settled: none of the bundle's transactions is watched any more.</summary>
    /// <exception cref="LeaseLostException">The key is another node's, and so is the bundle.</exception>
    Task CloseAsync(Guid bundleId, BundleEnd end, Hash32? minedTransaction, Fence fence, CancellationToken cancellationToken);

    /// <summary>Every transaction of every bundle that is not closed, in the order of signing.</summary>
    Task<IReadOnlyList<StoredTransaction>> LoadOpenAsync(CancellationToken cancellationToken);

    /// <summary>Every version of every transfer that was signed since then, in the order of signing.</summary>
    Task<IReadOnlyList<StoredTransfer>> LoadTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The bundle and operations behind a transaction hash we once signed, open or closed.</summary>
    Task<StoredTransaction?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken);
}

/// <summary>How a bundle's nonce was settled.</summary>
public enum BundleEnd
{
    /// <summary>One of its transactions was mined and succeeded.</summary>
    Mined,

    /// <summary>One of its transactions was mined and reverted.</summary>
    Reverted,

    /// <summary>A cancellation, or somebody else's transaction, took the nonce.</summary>
    NonceTaken,

    /// <summary>It was never accepted by a node.</summary>
    Abandoned,
}

/// <summary>A transaction that we signed. All with one <paramref name="BundleId"/> share signer and nonce: at most one is mined.</summary>
/// <param name="BundleId">The bundle it carries.</param>
/// <param name="TransactionHash">Its hash.</param>
/// <param name="Signer">The bundler EOA.</param>
/// <param name="Nonce">The EOA's nonce.</param>
/// <param name="EntryPoint">The EntryPoint it calls; of a transfer its payee.</param>
/// <param name="UserOpHashes">The operations inside, in order; empty for a cancellation and for a transfer.</param>
/// <param name="Raw">The signed bytes.</param>
/// <param name="MaxFeePerGas">wei per gas.</param>
/// <param name="MaxPriorityFeePerGas">wei per gas.</param>
/// <param name="IsCancellation">A transfer of nothing to the signer itself that only uses up the nonce.</param>
/// <param name="SignedAt">When it was signed.</param>
public sealed record StoredTransaction(
    Guid BundleId,
    Hash32 TransactionHash,
    Address Signer,
    ulong Nonce,
    Address EntryPoint,
    IReadOnlyList<Hash32> UserOpHashes,
    Bytes Raw,
    UInt256 MaxFeePerGas,
    UInt256 MaxPriorityFeePerGas,
    bool IsCancellation,
    DateTimeOffset SignedAt)
{
    /// <summary>What it puts at risk when it is stored; <c>null</c>: nothing. Not read back.</summary>
    public BundleStake? Stake { get; init; }

    /// <summary>It moves funds of the signer, and carries no operations.</summary>
    public bool IsTransfer => !IsCancellation && UserOpHashes.Count == 0;
}

/// <summary>A transfer that we signed, and how its nonce was settled; <c>null</c> while it is open.</summary>
public sealed record StoredTransfer(StoredTransaction Transaction, BundleEnd? End);
