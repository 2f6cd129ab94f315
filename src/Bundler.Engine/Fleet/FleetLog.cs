using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Fleet;

internal static partial class FleetLog
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "This node is {Node}, one of a fleet, with the roles {Roles}")]
    public static partial void Joined(this ILogger logger, string node, string roles);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "Took up {Duty} under number {Number}")]
    public static partial void Took(this ILogger logger, string duty, long number);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "Lost {Duty}, which it had under number {Number}: no heartbeat of this node was stored in time, or another node took it")]
    public static partial void Lost(this ILogger logger, string duty, long number);

    [LoggerMessage(EventId = 1209, Level = LogLevel.Error, Message = "Another process has taken the duties of this one as node {Node}: an id is for one process at a time")]
    public static partial void Doubled(this ILogger logger, string node);

    [LoggerMessage(EventId = 1210, Level = LogLevel.Warning, Message = "The database's clock is {Seconds} s ahead of this host's: the node goes by the database's")]
    public static partial void SetClock(this ILogger logger, double seconds);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Information, Message = "Gave back {Duty}")]
    public static partial void GaveBack(this ILogger logger, string duty);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Information, Message = "An operator wants this node drained: it takes nothing new, and gives its duties back when what has begun is done")]
    public static partial void ToDrain(this ILogger logger);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Warning, Message = "The store refused what was to be written under number {Number} of {Duty}: nothing is stored or sent, and this node forgets what it remembers of that duty")]
    public static partial void Fenced(this ILogger logger, string duty, long number);

    [LoggerMessage(EventId = 1207, Level = LogLevel.Warning, Message = "The duties of this node could not be given back, the others take them up when they are over")]
    public static partial void NotGivenBack(this ILogger logger, Exception fault);

    [LoggerMessage(EventId = 1208, Level = LogLevel.Information, Message = "Left {Bundles} bundles of {Signer} to whoever has the key now")]
    public static partial void LeftFlights(this ILogger logger, int bundles, string signer);
}
