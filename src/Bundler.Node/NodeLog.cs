using Bundler.Ethereum.Primitives;

namespace Bundler.Node;

internal static partial class NodeLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Warning, Message = "Waiting up to {Seconds} s for the Ethereum node: {Reason}")]
    public static partial void WaitingForNode(this ILogger logger, double seconds, string reason);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Warning,
        Message = "No signer is configured: bundles are signed with the key that everybody knows, {Address}; this is for development only")]
    public static partial void WellKnownKeyUsed(this ILogger logger, Address address);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Information, Message = "Serving EntryPoint {Version} at {Address}")]
    public static partial void ServingEntryPoint(this ILogger logger, string version, Address address);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Warning, Message = "The debug_ namespace is served: whoever reaches the port can change the mempool")]
    public static partial void DebugApiServed(this ILogger logger);

    [LoggerMessage(EventId = 9006, Level = LogLevel.Warning,
        Message = "A URL in the arguments looks as if it held a secret, which the list of processes shows to everybody: use --rpc-url-file")]
    public static partial void SecretInArguments(this ILogger logger);

    [LoggerMessage(EventId = 9005, Level = LogLevel.Warning, Message = "Not ready yet: {Missing}")]
    public static partial void NotReady(this ILogger logger, string missing);
}
