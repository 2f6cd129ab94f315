using Bundler.Engine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>
/// The durable ledger of grants, one for all nodes on a store. Every call returns only when what it tells is durable.
/// </summary>
/// <exception cref="StoreUnavailableException">Of any call: the store does not answer. Nothing may be signed.</exception>
public interface IGrantStore
{
    /// <summary>
    /// Takes the worst cost of an operation from every limit, in one transaction with the sums that it is judged by: concurrent calls, of other nodes too, never exceed one
    /// together. The same core asked again within its window gets the same grant. Another core of the same sender and nonce replaces the older reservation by the larger of
    /// both, and the older one counts until it expires, because its signature may be out.
    /// </summary>
    Task<Reservation> ReserveAsync(GrantRequest request, GrantLimits limits, CancellationToken cancellationToken);

    /// <summary>The signature exists and may leave the process. Stored first, told second.</summary>
    /// <returns>The grant as it is now: of two who signed at the same time both get the signature that was stored first.</returns>
    Task<Grant> SignedAsync(GrantId id, SignedGrant signed, CancellationToken cancellationToken);

    /// <summary>Nothing was signed, or what was signed never left the process: all that was reserved is given back, and the grant is <see cref="GrantState.Denied"/>.</summary>
    /// <param name="id">One that is <see cref="GrantState.Reserved"/>; another is left as it is.</param>
    /// <param name="reason">For whoever reads the ledger.</param>
    /// <param name="cancellationToken">Counts until the writing begins.</param>
    Task ReleaseAsync(GrantId id, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// What was signed has not left the process, and will not: all that was reserved is given back, and the grant is <see cref="GrantState.Denied"/>. Only for the one whose
    /// <see cref="ReserveAsync"/> made the grant, once.
    /// </summary>
    /// <param name="id">One that is <see cref="GrantState.Signed"/>. It is left as it is when it was asked for a second time, by whomever, or when a pool holds its operation.</param>
    /// <param name="reason">For whoever reads the ledger.</param>
    /// <param name="cancellationToken">Counts until the writing begins.</param>
    /// <returns>Whether it was given back.</returns>
    Task<bool> WithdrawAsync(GrantId id, string reason, CancellationToken cancellationToken);

    /// <summary>A grant by its name; <c>null</c>: none of ours.</summary>
    Task<Grant?> FindAsync(GrantId id, CancellationToken cancellationToken);

    /// <summary>What the living grants of a paymaster may still cost it.</summary>
    Task<GrantLiability> LiabilityAsync(Address paymaster, CancellationToken cancellationToken);
}
