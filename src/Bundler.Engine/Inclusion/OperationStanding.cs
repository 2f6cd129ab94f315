using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Where an operation stands, with everything that is known of it there.</summary>
public sealed record OperationStanding(Hash32 UserOpHash, OperationState State)
{
    /// <summary>The transaction it travels in or was mined in.</summary>
    public Hash32? TransactionHash { get; init; }

    /// <summary>Why it was dropped, by what it was replaced, or why it still waits.</summary>
    public string? Reason { get; init; }

    /// <summary>When this became so; <c>null</c> where only a block knows.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Set while it is in the mempool.</summary>
    public MempoolEntry? Pending { get; init; }

    /// <summary>Set once a block includes it.</summary>
    public IncludedOperation? Included { get; init; }
}
