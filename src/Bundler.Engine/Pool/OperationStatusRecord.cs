using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>The life of an operation in words: received, pending, bundled, included, final, dropped, replaced.</summary>
public enum OperationState
{
    Received,
    Pending,
    Bundled,
    Included,
    Final,
    Dropped,
    Replaced,
}

/// <summary>The last known state of an operation.</summary>
/// <param name="UserOpHash">The operation.</param>
/// <param name="State">Where it stands.</param>
/// <param name="TransactionHash">The transaction it travels or was mined in.</param>
/// <param name="Reason">Why it was dropped or by what it was replaced.</param>
/// <param name="At">When this became so.</param>
public sealed record OperationStatusRecord(
    Hash32 UserOpHash,
    OperationState State,
    Hash32? TransactionHash,
    string? Reason,
    DateTimeOffset At)
{
    /// <summary>The block that includes it, where the index has left all else of it to the chain; <c>null</c> where it has not.</summary>
    public ulong? LeftTo { get; init; }
}
