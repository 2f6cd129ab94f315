using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>One step in the life of an operation, for all who listen.</summary>
/// <param name="Status">The new status.</param>
/// <param name="EntryPoint">The EntryPoint the operation is for.</param>
/// <param name="Sender">The account.</param>
/// <param name="Nonce">The operation's nonce.</param>
public sealed record OperationEvent(OperationStatusRecord Status, Address EntryPoint, Address Sender, UInt256 Nonce)
{
    /// <summary>Another node of the fleet saw to it, and has told it to its own listeners.</summary>
    public bool IsElsewhere { get; init; }
}
