using Microsoft.Extensions.Logging;

namespace Bundler.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "{Loop} stumbled and goes on")]
    public static partial void LoopFaulted(this ILogger logger, string loop, Exception fault);
}
