using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>A way for signed transactions to the block producers.</summary>
public interface IBundleSender
{
    /// <summary>Hands a signed transaction over. Never throws for what a node answers, or does not.</summary>
    Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Whether the pools of public nodes should show what was sent of the bundle.</summary>
    bool IsPublic(Guid bundleId) => true;

    /// <summary>The bundle's nonce is used or given up: nothing of it is on its way any more.</summary>
    /// <param name="bundleId">The bundle.</param>
    /// <param name="minedTransaction">Which of its transactions was mined, if one of them was.</param>
    void Settled(Guid bundleId, Hash32? minedTransaction)
    {
    }
}
