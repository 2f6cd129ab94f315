using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>Whose grants are counted together.</summary>
public enum GrantScope
{
    /// <summary>All of one paymaster, by whichever node.</summary>
    Paymaster,

    /// <summary>Those that one API key asked for. Does not apply to what is asked without a key.</summary>
    Key,

    /// <summary>Those of one account.</summary>
    Sender,
}

/// <summary>Over which time grants are counted together.</summary>
public enum GrantPeriod
{
    /// <summary>Each operation for itself.</summary>
    Operation,

    /// <summary>The 3,600 seconds before, whenever one asks.</summary>
    Hour,

    /// <summary>The 86,400 seconds before.</summary>
    Day,

    /// <summary>For ever.</summary>
    Total,
}

/// <summary>
/// At most so much in so long. What counts is the worst cost of a grant while it may still be spent, and what it did cost afterwards; one that was denied or
/// has expired counts nothing.
/// </summary>
/// <param name="Name">What refusals call it: the key of configuration or the rule's name.</param>
/// <param name="Scope">Whose.</param>
/// <param name="Period">In which time.</param>
/// <param name="Wei">The most wei; <c>null</c>: not limited.</param>
/// <param name="Count">The most grants; <c>null</c>: not limited.</param>
public sealed record GrantLimit(string Name, GrantScope Scope, GrantPeriod Period, UInt256? Wei, ulong? Count);

/// <summary>All that one reservation has to keep.</summary>
/// <param name="Budgets">Each must hold; the first that does not is told.</param>
/// <param name="Spendable">
/// wei of the paymaster's deposit, as it was read for the request: it has to bear all its living grants together, and the operations in our pool that nobody granted. <c>null</c>: not known, and
/// nothing is granted.
/// </param>
/// <param name="AsOf">The deposit was read at this block or a later one: what the ledger knows to be charged after it is taken off.</param>
public sealed record GrantLimits(IReadOnlyList<GrantLimit> Budgets, UInt256? Spendable, ulong AsOf = ulong.MaxValue >> 1);
