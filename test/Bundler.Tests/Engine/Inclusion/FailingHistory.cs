using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>A history store whose next write of one kind fails, before or after it is done.</summary>
internal sealed class FailingHistory(IOperationHistoryStore store) : IOperationHistoryStore
{
    public bool FailsAfterAddBlock { get; set; }

    public bool FailsRemoveBlocks { get; set; }

    public async Task AddBlockAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken)
    {
        await store.AddBlockAsync(block, fence, cancellationToken);
        if (FailsAfterAddBlock)
        {
            FailsAfterAddBlock = false;
            throw new StoreUnavailableException("the power went");
        }
    }

    public Task AddHistoryAsync(IReadOnlyCollection<IndexedBlock> blocks, CancellationToken cancellationToken) => store.AddHistoryAsync(blocks, cancellationToken);

    public Task<IReadOnlyList<IncludedOperation>> RemoveBlocksAsync(IReadOnlyCollection<Hash32> blockHashes, Fence fence, CancellationToken cancellationToken)
    {
        if (FailsRemoveBlocks)
        {
            FailsRemoveBlocks = false;
            throw new StoreUnavailableException("the power went");
        }

        return store.RemoveBlocksAsync(blockHashes, fence, cancellationToken);
    }

    public Task BeginAnewAsync(BlockMark block, Fence fence, CancellationToken cancellationToken) => store.BeginAnewAsync(block, fence, cancellationToken);

    public Task SetContentAsync(Hash32 userOpHash, Bytes operationJson, CancellationToken cancellationToken) =>
        store.SetContentAsync(userOpHash, operationJson, cancellationToken);

    public Task<IReadOnlyList<IncludedOperation>> OperationsFromAsync(ulong number, CancellationToken cancellationToken) => store.OperationsFromAsync(number, cancellationToken);

    public Task<BlockMark?> FindBlockAsync(ulong number, CancellationToken cancellationToken) => store.FindBlockAsync(number, cancellationToken);

    public Task<ulong?> FirstBlockAsync(CancellationToken cancellationToken) => store.FirstBlockAsync(cancellationToken);

    public Task SetFirstBlockAsync(ulong number, CancellationToken cancellationToken) => store.SetFirstBlockAsync(number, cancellationToken);

    public Task<ulong?> FinalBlockAsync(CancellationToken cancellationToken) => store.FinalBlockAsync(cancellationToken);

    public Task<IReadOnlyList<IncludedOperation>> FinalizeAsync(
        ulong after, ulong until, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken) =>
        store.FinalizeAsync(after, until, rememberedBlocks, at, fence, cancellationToken);

    public Task<IReadOnlyList<BlockMark>> BlocksAboveAsync(ulong number, CancellationToken cancellationToken) => store.BlocksAboveAsync(number, cancellationToken);

    public Task<BlockMark?> HighestBlockAsync(CancellationToken cancellationToken) => store.HighestBlockAsync(cancellationToken);

    public Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken) => store.FindIncludedAsync(userOpHash, cancellationToken);

    public Task<Bytes?> FindReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) => store.FindReceiptAsync(transactionHash, cancellationToken);
}
