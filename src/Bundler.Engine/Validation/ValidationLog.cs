using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Validation;

internal static partial class ValidationLog
{
    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "Validation uses the node's tracer {Tracer}")]
    public static partial void TracerFound(this ILogger logger, string tracer);

    [LoggerMessage(
        EventId = 2202,
        Level = LogLevel.Warning,
        Message = "UNSAFE: the Ethereum node has no tracer, operations are accepted without the opcode and storage rules of ERC-7562")]
    public static partial void TracerMissing(this ILogger logger);

    [LoggerMessage(
        EventId = 2203,
        Level = LogLevel.Warning,
        Message = "The Ethereum node refused an eth_call with state overrides, storage is read slot by slot for a while: {Reason}")]
    public static partial void OverridesRefused(this ILogger logger, string reason);
}
