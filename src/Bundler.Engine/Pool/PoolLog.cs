using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Pool;

internal static partial class PoolLog
{
    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "Evicted {UserOpHash}: {Reason}")]
    public static partial void Evicted(this ILogger logger, Hash32 userOpHash, string reason);
}
