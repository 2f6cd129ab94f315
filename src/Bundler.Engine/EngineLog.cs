using Microsoft.Extensions.Logging;

namespace Bundler.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "{Loop} stumbled and goes on")]
    public static partial void LoopFaulted(this ILogger logger, string loop, Exception fault);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Stopping: no operation is taken any more, and what has begun is finished")]
    public static partial void Draining(this ILogger logger);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "The reputation counters of the last second could not be stored")]
    public static partial void CountersNotStored(this ILogger logger, Exception fault);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Information, Message = "Everything that had begun is done: {Done}; {Bundles} bundles are in flight and recorded")]
    public static partial void Drained(this ILogger logger, bool done, int bundles);
}
