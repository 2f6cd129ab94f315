namespace Bundler.Engine.Submission.Signers;

/// <summary>
/// Whose transactions used up the nonces of one account. Two nodes with one key by mistake see each other here: whatever this node has not
/// signed is somebody else's. Knows nothing of what was before the first look. Pure.
/// </summary>
internal sealed class KeyWatch
{
    /// <summary>Nonces further back are not looked at.</summary>
    private const ulong Depth = 1_024;

    private readonly SortedSet<ulong> _own = [];
    private readonly SortedSet<ulong> _foreign = [];
    private ulong? _first;
    private ulong? _pending;

    /// <summary>Transactions of the account that were not ours.</summary>
    public int ForeignCount { get; private set; }

    /// <summary>The nonce of the last of them.</summary>
    public ulong? LastForeign { get; private set; }

    /// <summary>A transaction of ours used it.</summary>
    public void Used(ulong nonce) => _own.Add(nonce);

    /// <summary>Blocks have left the chain, and lower nonces count again.</summary>
    public void Reorganised() => _first = null;

    /// <summary>Whether there is something new that somebody else has done with the key.</summary>
    /// <param name="latest">The number of mined transactions.</param>
    /// <param name="pending">The same with those that wait in the node's pool; <c>null</c> when it was not asked.</param>
    /// <param name="leased">Nonces of our bundles in flight.</param>
    public bool Observe(ulong latest, ulong? pending, IReadOnlySet<ulong> leased)
    {
        bool isNew = false;
        _first ??= latest;
        for (ulong nonce = Math.Max(_first.Value, latest - Math.Min(latest, Depth)); nonce < latest; nonce++)
        {
            if (!leased.Contains(nonce) && !_own.Contains(nonce) && _foreign.Add(nonce))
            {
                ForeignCount++;
                LastForeign = nonce;
                isNew = true;
            }
        }

        // One that waits and never is mined is no news for ever.
        if (pending is { } waiting && waiting != _pending && IsForeignWaiting(latest, waiting, leased))
        {
            LastForeign = waiting - 1;
            isNew = true;
        }

        _pending = pending ?? _pending;
        Forget(_own, latest);
        Forget(_foreign, latest);
        return isNew;
    }

    private static bool IsForeignWaiting(ulong latest, ulong pending, IReadOnlySet<ulong> leased)
    {
        for (ulong nonce = latest; nonce < pending && nonce - latest < Depth; nonce++)
        {
            if (!leased.Contains(nonce))
            {
                return true;
            }
        }

        return false;
    }

    private static void Forget(SortedSet<ulong> nonces, ulong latest)
    {
        while (nonces.Count > 0 && nonces.Min + 2 * Depth < latest)
        {
            nonces.Remove(nonces.Min);
        }
    }
}
