using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission;

internal static partial class SenderLog
{
    [LoggerMessage(EventId = 4101, Level = LogLevel.Warning, Message = "Sent {TransactionHash} of bundle {BundleId} publicly: {Relays} did not get it mined within {Seconds} s")]
    public static partial void WentPublic(this ILogger logger, Hash32 transactionHash, Guid bundleId, double seconds, string relays);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Information, Message = "Sender {Sender} refused {TransactionHash} as {Kind}: {Answer}")]
    public static partial void SenderRefused(this ILogger logger, string sender, Hash32 transactionHash, SendErrorKind kind, string answer);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning, Message = "Sender {Sender} did not answer to {TransactionHash}: {Fault}")]
    public static partial void SenderSilent(this ILogger logger, string sender, Hash32 transactionHash, string fault);
}
