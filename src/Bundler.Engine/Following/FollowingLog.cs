using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Following;

internal static partial class FollowingLog
{
    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "Loaded the mempool and the reputation anew: this node knew all changes up to {Before}, and what followed has been deleted or was in doubt; it goes on from {Last}")]
    public static partial void LoadedAnew(this ILogger logger, long before, long last);
}
