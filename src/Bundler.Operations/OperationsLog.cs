using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Operations;

internal static partial class OperationsLog
{
    [LoggerMessage(EventId = 8501, Level = LogLevel.Warning, Message = "Transferring {Value} wei from {From} to {To}: a {Kind}, as {Id}")]
    public static partial void Transferring(this ILogger logger, Address from, Address to, UInt256 value, string kind, Guid id);

    [LoggerMessage(EventId = 8502, Level = LogLevel.Critical, Message = "A signer is below its band and is not topped up: {Reason}")]
    public static partial void TopUpHindered(this ILogger logger, string reason);
}
