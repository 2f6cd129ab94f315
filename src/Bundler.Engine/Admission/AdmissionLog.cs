using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Admission;

internal static partial class AdmissionLog
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Admitted {UserOpHash} from {Sender} for EntryPoint v{Version}")]
    public static partial void Admitted(this ILogger logger, Hash32 userOpHash, Address sender, string version);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Information, Message = "Refused an operation of {Sender} for EntryPoint v{Version} with {Code}: {Reason}, after {LeftOut} more of the kind")]
    public static partial void Refused(this ILogger logger, Address sender, string version, int code, string reason, long leftOut);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Information, Message = "Withdrew {UserOpHash} for its sender {Sender}")]
    public static partial void Withdrawn(this ILogger logger, Hash32 userOpHash, Address sender);
}
