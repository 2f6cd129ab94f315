namespace Bundler.Paymaster.Ledger;

/// <summary>
/// Whether a ledger is known to be whole, when it is opened and ever after: a store may be put in place of another under a node that lives. One that a node told of itself a moment ago cannot be an older copy; of any other nobody knows what was
/// signed after it was made, but all of that expires within the longest window.
/// </summary>
public static class LedgerTrust
{
    /// <summary>A copy is not made, lost and put in place within so short a time.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(120);

    /// <summary>Clocks of nodes and of the chain may differ by so much.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Seconds of the clock before which nothing is reserved; 0: at once.</summary>
    /// <param name="lastBeat">When a node last told of itself in this ledger; <c>null</c>: never.</param>
    /// <param name="distrustedUntil">What an earlier opening has found.</param>
    /// <param name="longestSeconds">The longest window that was ever granted or may be.</param>
    /// <param name="opening">Who opens it.</param>
    public static ulong DistrustedUntil(DateTimeOffset? lastBeat, ulong distrustedUntil, ulong longestSeconds, LedgerOpening opening) =>
        opening.IsDevelopment ? 0
        : lastBeat is { } beat && IsFresh(beat, opening.Now) ? distrustedUntil
        : Math.Max(distrustedUntil, AllHasExpiredAt(opening.Now, longestSeconds));

    /// <summary>Whether a node told of itself a moment before.</summary>
    public static bool IsFresh(DateTimeOffset beat, DateTimeOffset now) => now - beat <= Fresh;

    /// <summary>Seconds of the clock at which nothing can be spent any more that was signed before now.</summary>
    public static ulong AllHasExpiredAt(DateTimeOffset now, ulong longestSeconds) => (ulong)(now + Skew).ToUnixTimeSeconds() + longestSeconds;
}
