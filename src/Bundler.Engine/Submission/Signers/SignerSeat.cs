using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;

namespace Bundler.Engine.Submission.Signers;

/// <summary>A signer and what is known of its account.</summary>
internal sealed class SignerSeat(ITransactionSigner signer)
{
    public ITransactionSigner Signer { get; } = signer;

    /// <summary>The number under which this node has the key, once its bundles in flight are taken up; <c>null</c>: another node has it.</summary>
    public Fence? Fence { get; set; }

    /// <summary>The nonces of the leases that are out: more than the bound only after a restart, or while a gap is filled.</summary>
    public HashSet<ulong> Leased { get; } = [];

    /// <summary>Places that are kept for bundles being built.</summary>
    public int Reserved { get; set; }

    /// <summary>Leases and places that are out.</summary>
    public int Taken => Leased.Count + Reserved;

    /// <summary>The account's nonce at the newest block; <c>null</c> when it must be asked.</summary>
    public ulong? Confirmed { get; set; }

    /// <summary>The nonce after the last that a receipt proved used: a node that lags behind does not take it back.</summary>
    public ulong Used { get; set; }

    public UInt256? Balance { get; set; }

    public long SeenAt { get; set; }

    public long FreeSince { get; set; }

    public long RestsUntil { get; set; }

    public KeyWatch Watch { get; set; } = new();

    /// <summary>Somebody else signs with the key, and was not quiet for long enough.</summary>
    public bool IsShared { get; set; }

    public long QuietAt { get; set; }

    public ulong NextNonce
    {
        get
        {
            ulong next = Math.Max(Confirmed ?? 0, Used);
            while (Leased.Contains(next))
            {
                next++;
            }

            return next;
        }
    }
}
