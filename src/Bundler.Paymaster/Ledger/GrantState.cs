namespace Bundler.Paymaster.Ledger;

/// <summary>The life of a grant: reserved, signed, seen, included, final; the rest are its other ends.</summary>
public enum GrantState
{
    /// <summary>Its worst cost is taken from every budget; nothing is signed.</summary>
    Reserved,

    /// <summary>The signature may have left the process: anybody may spend it until it expires.</summary>
    Signed,

    /// <summary>Our pool holds the operation.</summary>
    Seen,

    /// <summary>A UserOperationEvent tells what it cost; the block may still go.</summary>
    Included,

    /// <summary>The block of its event is final.</summary>
    Final,

    /// <summary>Given back before anything left the process: refused after the reservation, the signer failed, or the pool did not take what was granted inside the node.</summary>
    Denied,

    /// <summary>Its window, and the finality after it, passed on the chain without an event.</summary>
    Expired,

    /// <summary>The block of its event left the chain; the signature may be spent again until it expires.</summary>
    Reorged,

    /// <summary>Taken back by the operator. The signature may be out, so its worst cost counts until it expires.</summary>
    Revoked,
}
