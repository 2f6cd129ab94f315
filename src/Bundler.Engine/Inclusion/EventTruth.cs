using Bundler.Engine.Pool;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>What can be seen to be untrue about events from what is at hand: the block's header, the receipt, the operation that we hold. Pure.</summary>
internal static class EventTruth
{
    /// <summary>Events against the header of the block that they say they are of; <c>null</c>: nothing is untrue, or nobody can say.</summary>
    public static string? FindLie(BlockHeader header, IEnumerable<LogEntry> events) => events.Select(log => FindLie(header, log)).FirstOrDefault(lie => lie is not null);

    /// <summary>Events as told by themselves, against those of the receipt; where none were told the receipt alone counts.</summary>
    public static string? FindLie(TransactionReceipt receipt, IReadOnlyList<LogEntry> told, IReadOnlyList<LogEntry> ofReceipt) =>
        told.Count == 0 || (told.Count == ofReceipt.Count && told.Zip(ofReceipt).All(pair => IsSame(pair.First, pair.Second)))
            ? null
            : $"the events of {receipt.TransactionHash} are others than its receipt shows";

    /// <summary>What a block is said to include, against the operation that we hold under the same hash, which binds all of this.</summary>
    public static string? FindLie(IncludedOperation told, MempoolEntry held) =>
        told.EntryPoint != held.EntryPoint.Address ? $"{told.UserOpHash} is said to be included by another EntryPoint"
        : told.Sender != held.Operation.Sender || told.Nonce != held.Operation.Nonce ? $"{told.UserOpHash} is said to be included with another sender or nonce"
        : told.Paymaster != held.Operation.Paymaster ? $"{told.UserOpHash} is said to be included with another paymaster"
        : null;

    public static bool IsSame(IncludedOperation left, IncludedOperation right) =>
        (left.UserOpHash, left.EntryPoint, left.Sender, left.Nonce, left.Paymaster, left.Success, left.ActualGasCost, left.ActualGasUsed)
        == (right.UserOpHash, right.EntryPoint, right.Sender, right.Nonce, right.Paymaster, right.Success, right.ActualGasCost, right.ActualGasUsed);

    private static string? FindLie(BlockHeader header, LogEntry log) =>
        log.BlockNumber != header.Number ? $"an event of block {header.Number} says block {log.BlockNumber}"
        : header.TransactionHashes.Count > 0 && !header.TransactionHashes.Contains(log.TransactionHash)
            ? $"an event is of {log.TransactionHash}, which block {header.Number} has not"
        : header.LogsBloom is { } bloom && IsKept(bloom) && !IsCovered(bloom, log) ? $"the bloom filter of block {header.Number} rules out an event of {log.TransactionHash}"
        : null;

    // Chains that keep no filters leave them empty.
    private static bool IsKept(Bytes bloom) => bloom.Length == LogsBloom.Size && bloom.Span.ContainsAnyExcept((byte)0);

    private static bool IsCovered(Bytes bloom, LogEntry log) =>
        LogsBloom.MayContain(bloom, log.Address.Span) && log.Topics.All(topic => LogsBloom.MayContain(bloom, topic.Span));

    private static bool IsSame(LogEntry left, LogEntry right) =>
        left.LogIndex == right.LogIndex && left.Address == right.Address && left.Data == right.Data && left.Topics.SequenceEqual(right.Topics);
}
