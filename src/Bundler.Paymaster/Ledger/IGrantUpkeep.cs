using Bundler.Engine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What keeps the ledger of grants up to the pool, the chain and the clock. Every call is one bounded transaction at most that may be repeated, by any node.</summary>
/// <exception cref="StoreUnavailableException">Of any call: the store does not answer.</exception>
public interface IGrantUpkeep
{
    /// <summary>
    /// A node sponsors: told at its start and every few seconds. When none has told so for a while, the store may be a backup, put in place just now, that lacks grants which are out: nothing is
    /// reserved before the longest of them has expired.
    /// </summary>
    Task<LedgerStanding> OpenAsync(LedgerOpening opening, CancellationToken cancellationToken);

    /// <summary>The operator knows the ledger to be whole: it is trusted at once.</summary>
    Task TrustAsync(CancellationToken cancellationToken);

    /// <summary>Signed grants that a pool holds are <see cref="GrantState.Seen"/>, those that it does not hold any more are not.</summary>
    /// <returns>How many have changed.</returns>
    Task<int> FollowPoolAsync(int atMost, CancellationToken cancellationToken);

    /// <summary>What no block can include any more gives back what it reserved.</summary>
    /// <param name="chainTime">Seconds: the time of a block that is final and that the index has.</param>
    /// <param name="atMost">Grants in one transaction.</param>
    /// <param name="cancellationToken">Counts until the writing begins.</param>
    /// <returns>How many have expired.</returns>
    Task<int> ExpireAsync(ulong chainTime, int atMost, CancellationToken cancellationToken);

    /// <summary>
    /// Taken back by the operator. Its signature may be out, so it counts until it expires. One that a block has stays <see cref="GrantState.Included"/>, and is
    /// <see cref="GrantState.Revoked"/> when that block leaves the chain.
    /// </summary>
    /// <returns>The grant as it is now; <c>null</c>: none of ours.</returns>
    Task<Grant?> RevokeAsync(GrantId id, string reason, CancellationToken cancellationToken);

    /// <summary>Operations that our paymasters paid for without a grant, each told once, to one node.</summary>
    Task<IReadOnlyList<StrayGrant>> TakeStraysAsync(int atMost, CancellationToken cancellationToken);

    /// <summary>What a paymaster's grants add up to.</summary>
    Task<GrantStatement> StatementAsync(Address paymaster, CancellationToken cancellationToken);

    /// <summary>Forgets grants that came to their end before a time, two days ago at the latest; what they did cost stays in the sums, but for senders that asked for nothing since.</summary>
    /// <returns>How many rows were forgotten.</returns>
    Task<int> TrimAsync(DateTimeOffset before, int atMost, CancellationToken cancellationToken);
}

/// <summary>Who opens the ledger, and keeps it open.</summary>
/// <param name="Paymasters">Those that this node signs for.</param>
/// <param name="Now">The node's clock.</param>
/// <param name="LongestSeconds">The longest window of a grant by the configuration.</param>
/// <param name="IsDevelopment">A chain without value: an unknown past costs nothing.</param>
public sealed record LedgerOpening(IReadOnlyCollection<Address> Paymasters, DateTimeOffset Now, ulong LongestSeconds, bool IsDevelopment);

/// <summary>What a paymaster's grants add up to.</summary>
/// <param name="Sums">As its limits see it: what was paid, and what may still be.</param>
/// <param name="Living">The part of it that may still be.</param>
public sealed record GrantStatement(GrantSums Sums, GrantLiability Living)
{
    /// <summary>wei that the chain has charged, by the events of all granted operations.</summary>
    public UInt256 Charged => Sums.Ever.Wei - Living.Total;
}

/// <summary>Whether the ledger is known to have every grant that is out.</summary>
/// <param name="DistrustedUntil">Seconds of the clock before which nothing is reserved; 0: it is whole.</param>
public readonly record struct LedgerStanding(ulong DistrustedUntil);

/// <summary>A UserOperationEvent of one of our paymasters whose operation the ledger has not granted: a signer in foreign hands, a ledger that has lost something, or a grant in another form than it was given in.</summary>
public sealed record StrayGrant(
    Hash32 OperationHash, Address Paymaster, Address EntryPoint, Address Sender, UInt256 Nonce, UInt256 ActualGasCost, Hash32 TransactionHash, ulong BlockNumber);
