using Bundler.Ethereum.Access;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Chain;

internal static partial class ChainLog
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "The URL {Endpoint} at {Host} is in use, at block {Head}")]
    public static partial void EndpointFit(this ILogger logger, string endpoint, string host, ulong head);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "The URL {Endpoint} at {Host} is out as {State}: {Reason}")]
    public static partial void EndpointOut(this ILogger logger, string endpoint, string host, EndpointState state, string reason);
}
