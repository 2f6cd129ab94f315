using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What became of the wish to reserve.</summary>
public abstract record Reservation
{
    private Reservation()
    {
    }

    /// <summary>Durable: the grant may be signed.</summary>
    public sealed record Reserved(Grant Grant) : Reservation;

    /// <summary>This was asked before and its window is still open: the grant of then, signed or not. Nothing more is reserved.</summary>
    public sealed record Same(Grant Grant) : Reservation;

    /// <summary>Nothing is reserved: a budget does not bear it.</summary>
    /// <param name="Limit">The first that does not.</param>
    /// <param name="ByCount">The number of grants is what does not hold; else the wei.</param>
    /// <param name="Spent">wei, or the number of grants, that count already.</param>
    /// <param name="ResetsAt">When there is room for it, if nothing else is granted and nothing given back; <c>null</c> where there never is.</param>
    public sealed record Refused(GrantLimit Limit, bool ByCount, UInt256 Spent, DateTimeOffset? ResetsAt) : Reservation;

    /// <summary>Nothing is reserved: the deposit does not bear it beside the grants that live.</summary>
    /// <param name="Spendable">wei of the deposit; <c>null</c>: not known.</param>
    /// <param name="Living">wei that it has to bear already.</param>
    public sealed record Uncovered(UInt256? Spendable, UInt256 Living) : Reservation;

    /// <summary>Nothing is reserved: the API key that asks was revoked, or has expired.</summary>
    public sealed record KeyGone(string Key) : Reservation;

    /// <summary>Nothing is reserved: another grant has the name that this one must have.</summary>
    public sealed record NameTaken : Reservation;

    /// <summary>Nothing is reserved: the ledger may have lost grants that are out, and is not trusted before then.</summary>
    /// <param name="Until">Seconds by the nodes' clocks.</param>
    public sealed record Distrusted(ulong Until) : Reservation;
}
