using System.Collections.Concurrent;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>An index that only remembers, for unit tests.</summary>
public sealed class MemoryHistoryStore : IOperationHistoryStore
{
    private readonly ConcurrentDictionary<Hash32, IndexedBlock> _blocks = [];
    private ulong? _first;
    private ulong? _final;

    public Task AddBlockAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken)
    {
        _blocks[block.Mark.Hash] = block;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<IncludedOperation>> RemoveBlocksAsync(IReadOnlyCollection<Hash32> blockHashes, Fence fence, CancellationToken cancellationToken)
    {
        List<IncludedOperation> removed = [];
        foreach (Hash32 hash in blockHashes)
        {
            if (_blocks.TryRemove(hash, out IndexedBlock? block))
            {
                removed.AddRange(block.Operations);
            }
        }

        return Task.FromResult<IReadOnlyList<IncludedOperation>>(removed);
    }

    public Task BeginAnewAsync(BlockMark block, Fence fence, CancellationToken cancellationToken)
    {
        _first = _first > block.Number ? block.Number : _first;
        _final = _final > block.Number ? block.Number : _final;
        return AddBlockAsync(new IndexedBlock(block, [], []), fence, cancellationToken);
    }

    public Task<IReadOnlyList<BlockMark>> BlocksAboveAsync(ulong number, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BlockMark>>([.. _blocks.Values.Select(block => block.Mark).Where(mark => mark.Number > number).OrderBy(mark => mark.Number)]);

    public async Task AddHistoryAsync(IReadOnlyCollection<IndexedBlock> blocks, CancellationToken cancellationToken)
    {
        foreach (IndexedBlock block in blocks)
        {
            await AddBlockAsync(block, Fence.Sole, cancellationToken);
        }
    }

    public Task SetContentAsync(Hash32 userOpHash, Bytes operationJson, CancellationToken cancellationToken)
    {
        foreach (IndexedBlock block in _blocks.Values.Where(block => block.Operations.Any(operation => operation.UserOpHash == userOpHash)))
        {
            IEnumerable<IncludedOperation> operations =
                block.Operations.Select(operation => operation.UserOpHash == userOpHash ? operation with { OperationJson = operationJson } : operation);
            _blocks[block.Mark.Hash] = block with { Operations = [.. operations] };
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<IncludedOperation>> OperationsFromAsync(ulong number, CancellationToken cancellationToken) => Task.FromResult(Between(number, ulong.MaxValue));

    public Task<BlockMark?> FindBlockAsync(ulong number, CancellationToken cancellationToken) =>
        Task.FromResult(_blocks.Values.Select(block => block.Mark).FirstOrDefault(mark => mark.Number == number));

    public Task<ulong?> FirstBlockAsync(CancellationToken cancellationToken) => Task.FromResult(_first);

    public Task SetFirstBlockAsync(ulong number, CancellationToken cancellationToken)
    {
        _first = number;
        return Task.CompletedTask;
    }

    public Task<ulong?> FinalBlockAsync(CancellationToken cancellationToken) => Task.FromResult(_final);

    /// <summary>Statuses are kept elsewhere and stay as they are.</summary>
    public Task<IReadOnlyList<IncludedOperation>> FinalizeAsync(
        ulong after, ulong until, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken)
    {
        _final = until;
        return Task.FromResult(Between(after + 1, until));
    }

    public Task<BlockMark?> HighestBlockAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_blocks.Values.Select(block => block.Mark).MaxBy(mark => mark.Number));

    public Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        Task.FromResult(_blocks.Values.SelectMany(block => block.Operations).FirstOrDefault(operation => operation.UserOpHash == userOpHash));

    public Task<Bytes?> FindReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        Task.FromResult(_blocks.Values.SelectMany(block => block.Receipts)
            .Where(receipt => receipt.TransactionHash == transactionHash).Select(receipt => (Bytes?)receipt.Json).FirstOrDefault());

    private IReadOnlyList<IncludedOperation> Between(ulong from, ulong to) =>
        [.. _blocks.Values.Where(block => block.Mark.Number >= from && block.Mark.Number <= to).OrderBy(block => block.Mark.Number).SelectMany(block => block.Operations)];
}
