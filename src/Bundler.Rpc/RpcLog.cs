using Microsoft.Extensions.Logging;

namespace Bundler.Rpc;

/// <summary>What the RPC tells the operator: names, codes and times; never parameters, signatures or URLs.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Debug, Message = "Answered {Method} in {DurationMs} ms")]
    public static partial void Answered(this ILogger logger, string method, double durationMs);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Information, Message = "Refused {Method} with {Code} in {DurationMs} ms, after {LeftOut} more of the kind")]
    public static partial void Refused(this ILogger logger, string method, int code, double durationMs, long leftOut);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Warning, Message = "Could not answer {Method}: {Fault}, request {RequestId}, after {LeftOut} more of the kind")]
    public static partial void Unavailable(this ILogger logger, string method, string fault, string requestId, long leftOut);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Warning, Message = "Gave up {Method} after {DeadlineSeconds} s, request {RequestId}, after {LeftOut} more of the kind")]
    public static partial void TimedOut(this ILogger logger, string method, double deadlineSeconds, string requestId, long leftOut);

    [LoggerMessage(EventId = 7005, Level = LogLevel.Error, Message = "Faulted in {Method}, request {RequestId}, after {LeftOut} more of the kind")]
    public static partial void Faulted(this ILogger logger, Exception fault, string method, string requestId, long leftOut);

    [LoggerMessage(EventId = 7006, Level = LogLevel.Debug, Message = "Refused a body of {Bytes} bytes with {Code}")]
    public static partial void RefusedBody(this ILogger logger, long bytes, int code);

    [LoggerMessage(EventId = 7007, Level = LogLevel.Warning, Message = "Refused a request, {Limit} are in work, after {LeftOut} more of the kind")]
    public static partial void Overloaded(this ILogger logger, int limit, long leftOut);

    [LoggerMessage(EventId = 7008, Level = LogLevel.Debug, Message = "Closed a socket after {Messages} messages: {Reason}")]
    public static partial void SocketClosed(this ILogger logger, long messages, string reason);
}
