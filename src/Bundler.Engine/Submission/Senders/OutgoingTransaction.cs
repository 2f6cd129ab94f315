using Bundler.Engine.Fleet;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>A signed transaction that is to be handed over.</summary>
/// <param name="BundleId">The bundle that it carries, or whose nonce it uses up.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Raw">The signed bytes.</param>
public sealed record OutgoingTransaction(Guid BundleId, Hash32 Hash, Bytes Raw)
{
    /// <summary>The number under which this node has the signer's key.</summary>
    public Fence Fence { get; init; } = Fence.Sole;

    /// <summary>It only uses up the nonce: nothing in it is worth hiding.</summary>
    public bool IsCancellation { get; init; }

    /// <summary>What must still hold for it to be worth mining; <c>null</c>: nothing is known, or no longer.</summary>
    public TransactionConditions? Conditions { get; init; }
}
