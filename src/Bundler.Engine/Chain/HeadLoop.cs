using Bundler.Ethereum.Client;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Chain;

/// <summary>Carries new heads from the Ethereum node to the <see cref="HeadFeed"/>.</summary>
internal sealed class HeadLoop(HeadSource source, HeadFeed feed, ILogger<HeadLoop> logger, TimeProvider clock)
    : EngineLoop<BlockHeader>(logger, clock)
{
    protected override IAsyncEnumerable<BlockHeader> Source(CancellationToken cancellationToken) => source.ReadAsync(cancellationToken);

    protected override Task StepAsync(BlockHeader block, CancellationToken cancellationToken)
    {
        ChainHead head = new(block.Number, block.Hash, block.ParentHash, block.Timestamp, block.BaseFeePerGas ?? 0) { GasLimit = block.GasLimit };
        feed.Publish(head, Clock.GetUtcNow());
        return Task.CompletedTask;
    }
}
