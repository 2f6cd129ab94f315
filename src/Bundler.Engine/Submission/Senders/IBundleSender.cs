using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>A way for signed transactions to the block producers.</summary>
public interface IBundleSender
{
    /// <summary>Hands a signed transaction over. Never throws for what a node answers, or does not.</summary>
    Task<SendResult> SendAsync(Bytes raw, CancellationToken cancellationToken);
}
