using Bundler.Engine.Development;
using Bundler.Engine.Fleet;

namespace Bundler.Engine.Inclusion;

/// <summary>Adds blocks to the index, and tells everybody whom they concern.</summary>
internal sealed class IndexWriter(IOperationHistoryStore store, BlockSettlement settlement, PoolChanges changes)
{
    /// <summary>
    /// Into the index before out of the pool: at every moment one of them knows the operation. A crash in between is healed by
    /// <see cref="PoolRecovery"/>, which asks the index first; a fault in between by doing the block again.
    /// </summary>
    public async Task AddAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken)
    {
        IndexedBlock complete = block with { Operations = [.. block.Operations.Select(settlement.WithOwnForm)] };
        FaultSwitch.Pass(complete.Operations.Count > 0 ? FaultPoint.AfterMinedBeforeIndexed : FaultPoint.None);
        await store.AddBlockAsync(complete, fence, cancellationToken);
        FaultSwitch.Pass(complete.Operations.Count > 0 ? FaultPoint.AfterIndexedBeforeRemoved : FaultPoint.None);
        await settlement.IncludedAsync(complete.Operations, cancellationToken);
        changes.Note(complete.Operations.SelectMany(EntityChange.Of));
    }

    /// <summary>A block as it was read, with what else it changed.</summary>
    public async Task AddAsync(ReadBlock block, Fence fence, CancellationToken cancellationToken)
    {
        await AddAsync(block.Block, fence, cancellationToken);
        changes.Note(block.Changes);
    }

    /// <summary>Another node has written the blocks from a number on.</summary>
    public async Task NoteWrittenAsync(ulong from, CancellationToken cancellationToken) =>
        changes.Note((await store.OperationsFromAsync(from, cancellationToken)).SelectMany(EntityChange.Of));
}
