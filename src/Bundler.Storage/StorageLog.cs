using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Opened the store {Location} by {Product} {ProductVersion}, schema {Version} (found {Found})")]
    public static partial void Opened(this ILogger logger, string location, string product, string productVersion, int version, int found);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Error, Message = "Refused {Writes} writes: the store {Location} failed")]
    public static partial void WritesFailed(this ILogger logger, int writes, string location, Exception fault);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Information, Message = "Wrote to the store {Location} again after its failure")]
    public static partial void WritesRecovered(this ILogger logger, string location);

    [LoggerMessage(EventId = 6005, Level = LogLevel.Error, Message = "{Rows} rows of {Table} in the store {Location} cannot be read; they are left where they are")]
    public static partial void RowsUnreadable(this ILogger logger, int rows, string table, string location);

    [LoggerMessage(EventId = 6006, Level = LogLevel.Error, Message = "The store {Location} refused one write by itself")]
    public static partial void WriteRefused(this ILogger logger, string location, Exception fault);

    [LoggerMessage(EventId = 6007, Level = LogLevel.Warning, Message = "Writes to the store {Location} are tried again: {Fault}")]
    public static partial void WritesTriedAgain(this ILogger logger, string location, string fault);

    [LoggerMessage(EventId = 6013, Level = LogLevel.Warning, Message = "{Remark}")]
    public static partial void Remarked(this ILogger logger, string remark);

    [LoggerMessage(EventId = 6011, Level = LogLevel.Warning, Message = "Lost the connection that listens to {Location}; until it is back this node reads on every few seconds")]
    public static partial void ListeningLost(this ILogger logger, string location, Exception fault);

    [LoggerMessage(EventId = 6012, Level = LogLevel.Information, Message = "Listens to {Location} again; what was said in between has been read on")]
    public static partial void ListensAgain(this ILogger logger, string location);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Information, Message = "Closed the store {Location}")]
    public static partial void Closed(this ILogger logger, string location);
}
