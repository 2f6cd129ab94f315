using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling;

internal static partial class BundlingLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Left {UserOpHash} for a later bundle: {Reason}")]
    public static partial void LeftOut(this ILogger logger, Hash32 userOpHash, string reason);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Bundle of {Count} for EntryPoint v{Version} failed at operation {OpIndex}: {Reason}")]
    public static partial void BundleRefused(this ILogger logger, string version, int count, int? opIndex, string reason);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Dropped {UserOpHash}: {Reason}")]
    public static partial void Dropped(this ILogger logger, Hash32 userOpHash, string reason);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Information, Message = "Built bundle {BundleId} of {Count} operations for EntryPoint v{Version}, {GasLimit} gas")]
    public static partial void Built(this ILogger logger, Guid bundleId, int count, string version, ulong gasLimit);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "Set {UserOpHash} aside, to travel alone: {Reason}")]
    public static partial void SetAside(this ILogger logger, Hash32 userOpHash, string reason);

    [LoggerMessage(EventId = 3024, Level = LogLevel.Warning, Message = "Banned {Addresses}: {Count} further operations that name it were dropped: {Reason}")]
    public static partial void Expelled(this ILogger logger, string addresses, int count, string reason);

    [LoggerMessage(EventId = 3023, Level = LogLevel.Warning, Message = "The halves of {Count} operations that no node takes together go on alone: {Reason}")]
    public static partial void RefusedTogether(this ILogger logger, int count, string reason);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning, Message = "{UserOpHash} waits for the next head: on the pending block its bundle fails: {Reason}")]
    public static partial void Spoiled(this ILogger logger, Hash32 userOpHash, string reason);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning, Message = "The money at risk is bounded and {What}: the ledger is {Lost} wei below its peak, bundles in flight may cost {AtRisk} wei, of an allowance of {Allowance} wei (Bundler:Chain:RiskAllowanceWei)")]
    public static partial void RiskExhausted(this ILogger logger, string what, UInt256 lost, UInt256 atRisk, UInt256 allowance);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Information, Message = "The node runs no call on the pending block, bundles go without the last look for a while: {Answer}")]
    public static partial void NoPendingBlock(this ILogger logger, string answer);
}
