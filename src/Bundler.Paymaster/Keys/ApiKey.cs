using System.Net;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Keys;

/// <summary>A key as the store has it: everything but its secret.</summary>
public sealed record ApiKey
{
    /// <summary>Its name in lists, logs and the ledger.</summary>
    public required string Id { get; init; }

    /// <summary>Of the secret.</summary>
    public required Hash32 Hash { get; init; }

    /// <summary>Whose it is, in the operator's words.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required ApiKeyScopes Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; <c>null</c>: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked; <c>null</c>: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The web pages that may use it, by the Origin that a browser sends; empty: any, and callers that are no browsers.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The networks that may use it; empty: any.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>Requests in one minute at one node; <c>null</c>: not limited.</summary>
    public int? PerMinute { get; init; }

    /// <summary>What may be spent by it, besides the limits that hold for all.</summary>
    public IReadOnlyList<ApiKeyBudget> Budgets { get; init; } = [];

    /// <summary>Its budgets as limits of a reservation.</summary>
    public IReadOnlyList<GrantLimit> Limits =>
        [.. Budgets.Select(budget => new GrantLimit($"key.{ApiKeyBudget.WordOf(budget.Period)}", GrantScope.Key, budget.Period, budget.Wei, budget.Count))];
}

/// <summary>At most so much in so long.</summary>
/// <param name="Period">In which time.</param>
/// <param name="Wei">The most wei; <c>null</c>: not limited.</param>
/// <param name="Count">The most grants; <c>null</c>: not limited.</param>
public sealed record ApiKeyBudget(GrantPeriod Period, UInt256? Wei, ulong? Count)
{
    /// <summary>The word of a period: operation, hour, day, total.</summary>
    public static string WordOf(GrantPeriod period) => period.ToString().ToLowerInvariant();
}
