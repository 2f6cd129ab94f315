using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Retention;

internal static partial class RetentionLog
{
    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "Old operations are not moved out of the store: the Ethereum node does not have block {Block}, or its transaction {TransactionHash}, any more")]
    public static partial void NodeHasForgotten(this ILogger logger, Hash32 transactionHash, ulong block);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Information, Message = "Nothing is moved out of the store while node {Node} has version {Other} and this one {Version}")]
    public static partial void VersionsAreMixed(this ILogger logger, string node, string other, string version);
}
