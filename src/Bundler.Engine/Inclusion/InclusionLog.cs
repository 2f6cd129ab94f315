using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

internal static partial class InclusionLog
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Included {UserOpHash} in {TransactionHash}, block {Block}, success {Success}")]
    public static partial void Included(this ILogger logger, Hash32 userOpHash, Hash32 transactionHash, ulong block, bool success);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Error, Message = "Bundle transaction {TransactionHash} reverted; {Count} operations go back")]
    public static partial void BundleReverted(this ILogger logger, Hash32 transactionHash, int count);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "Bundle {BundleId} was abandoned, {Count} operations go back: {Reason}")]
    public static partial void BundleAbandoned(this ILogger logger, Guid bundleId, int count, string reason);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "The chain was reorganised below block {Block}: {Blocks} blocks left it with {Operations} operations")]
    public static partial void Reorganised(this ILogger logger, ulong block, int blocks, int operations);

    [LoggerMessage(EventId = 5005, Level = LogLevel.Information, Message = "Following EntryPoint events from block {Block}")]
    public static partial void FollowingFrom(this ILogger logger, ulong block);

    [LoggerMessage(EventId = 5006, Level = LogLevel.Information, Message = "Restored {Count} pending operations; {Included} more were included while the node was down")]
    public static partial void Recovered(this ILogger logger, int count, int included);

    [LoggerMessage(EventId = 5007, Level = LogLevel.Warning, Message = "{UserOpHash} is pending for EntryPoint {EntryPoint}, which is not served; it stays stored")]
    public static partial void EntryPointNotServed(this ILogger logger, Hash32 userOpHash, Address entryPoint);

    [LoggerMessage(EventId = 5008, Level = LogLevel.Information, Message = "{UserOpHash} left the chain with block {Block} and is {State} now")]
    public static partial void LeftTheChain(this ILogger logger, Hash32 userOpHash, ulong block, OperationState state);

    [LoggerMessage(EventId = 5009, Level = LogLevel.Error, Message = "No indexed block is in the chain any more; the index goes on from block {Block}")]
    public static partial void ReorganisedDeeperThanKnown(this ILogger logger, ulong block);

    [LoggerMessage(EventId = 5033, Level = LogLevel.Error, Message = "The index is at block {Mark}, far above the newest block {Head}: the Ethereum node is being synced, or the data directory is of another chain")]
    public static partial void AheadOfTheChain(this ILogger logger, ulong mark, ulong head);

    [LoggerMessage(EventId = 5010, Level = LogLevel.Warning, Message = "The node had hidden the events of {TransactionHash} in block {Block}; added {Operations} operations from its receipt")]
    public static partial void EventsWereHidden(this ILogger logger, Hash32 transactionHash, ulong block, int operations);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Warning, Message = "The node does not say which block is final: {Refusal}")]
    public static partial void FinalityUnknown(this ILogger logger, string refusal);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Information, Message = "The index has reached the head at block {Block}; restored operations are validated again")]
    public static partial void CaughtUp(this ILogger logger, ulong block);

    [LoggerMessage(EventId = 5013, Level = LogLevel.Debug, Message = "{UserOpHash} was not found, and of the history from block {From} on the node gave only that from block {Reached} on")]
    public static partial void HistoryNotRead(this ILogger logger, Hash32 userOpHash, ulong from, ulong reached);

    [LoggerMessage(EventId = 5014, Level = LogLevel.Information, Message = "Added {Operations} operations of blocks {From} to {To} to the index")]
    public static partial void BackFilled(this ILogger logger, ulong from, ulong to, int operations);

    [LoggerMessage(EventId = 5015, Level = LogLevel.Debug, Message = "The node does not trace {TransactionHash}, so the operations in it stay without their content: {Refusal}")]
    public static partial void TraceRefused(this ILogger logger, Hash32 transactionHash, string refusal);

    [LoggerMessage(EventId = 5016, Level = LogLevel.Debug, Message = "The node does not trace {TransactionHash}, a bundle that reverted: {Refusal}")]
    public static partial void RevertNotTraced(this ILogger logger, Hash32 transactionHash, string refusal);

    [LoggerMessage(EventId = 5017, Level = LogLevel.Warning, Message = "Bundle transaction {TransactionHash} reverted because of {UserOpHash}, entity {Entity}: {Reason}")]
    public static partial void BundleJudged(this ILogger logger, Hash32 transactionHash, Hash32? userOpHash, Address? entity, string reason);

    [LoggerMessage(EventId = 5029, Level = LogLevel.Error, Message = "What the store holds of {UserOpHash} cannot be read: it is dropped, and its row left where it is")]
    public static partial void SetAside(this ILogger logger, Hash32 userOpHash);

    [LoggerMessage(EventId = 5030, Level = LogLevel.Warning, Message = "Not believed, and asked again: {Lie} ({LeftOut} more since the last line)")]
    public static partial void NotBelieved(this ILogger logger, string lie, long leftOut);

    [LoggerMessage(EventId = 5031, Level = LogLevel.Error, Message = "The ledger lacks {TransactionHash} in block {Block}: its receipt is larger than is read, and the node does not trace it")]
    public static partial void LedgerLacks(this ILogger logger, Hash32 transactionHash, ulong block);

    [LoggerMessage(EventId = 5032, Level = LogLevel.Warning, Message = "The receipt of {TransactionHash} in block {Block} is larger than is read: the ledger has it from its trace and events")]
    public static partial void LedgerRepaired(this ILogger logger, Hash32 transactionHash, ulong block);

    [LoggerMessage(EventId = 5018, Level = LogLevel.Information, Message = "Dropped {UserOpHash} when it was validated again: {Reason}")]
    public static partial void DroppedWhenValidatedAgain(this ILogger logger, Hash32 userOpHash, string reason);
}
