using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>What became of operations that the mempool does not tell by itself: into the store first, then to those who listen.</summary>
internal sealed class OperationNews(IMempoolStore store, OperationFeed feed, TimeProvider clock)
{
    /// <summary>What happened to an operation, now.</summary>
    public OperationEvent Of(Hash32 userOpHash, Address entryPoint, Address sender, UInt256 nonce, OperationState state, Hash32 transactionHash) =>
        new(new OperationStatusRecord(userOpHash, state, transactionHash, null, clock.GetUtcNow()), entryPoint, sender, nonce);

    public async Task TellAsync(IReadOnlyCollection<OperationEvent> happened, CancellationToken cancellationToken)
    {
        await store.TellAsync(happened, cancellationToken);
        foreach (OperationEvent each in happened)
        {
            feed.Publish(each);
        }
    }
}
