using System.Data.Common;
using Npgsql;

namespace Bundler.Storage.Postgres;

/// <summary>PostgreSQL's faults by what they mean for who meets them; the codes are those of its manual, appendix A.</summary>
internal static class PostgresFaults
{
    /// <summary>A primary that became a replica, or a replica that was taken for it.</summary>
    private const string ReadOnly = "25006";

    /// <summary>statement_completion_unknown stands among the conflicts.</summary>
    private const string CompletionUnknown = "40003";

    private const string IdleInTransaction = "25P03";

    private static readonly string[] _passing =
    [
        PostgresErrorCodes.SerializationFailure,
        PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.AdminShutdown,
        PostgresErrorCodes.CrashShutdown,
        PostgresErrorCodes.CannotConnectNow,
        IdleInTransaction,
        PostgresErrorCodes.TooManyConnections,
        ReadOnly,
    ];

    /// <summary>Classes of faults of the server: connection, resources, system, damage.</summary>
    private static readonly string[] _classesOfTheServer = ["08", "53", "57", "58", "F0", "XX"];

    /// <summary>On a new connection, a little later, the same may work: nothing of the transaction is stored.</summary>
    public static bool IsPassing(DbException fault) =>
        fault is PostgresException told
            ? Array.IndexOf(_passing, told.SqlState) >= 0 || told.SqlState.StartsWith("08", StringComparison.Ordinal)
            : fault is NpgsqlException;

    /// <summary>The connection or the server is at fault, not the statement.</summary>
    public static bool IsUnavailable(DbException fault) =>
        IsPassing(fault) || (fault is PostgresException told && told.SqlState != PostgresErrorCodes.QueryCanceled
            && Array.Exists(_classesOfTheServer, start => told.SqlState.StartsWith(start, StringComparison.Ordinal)));

    /// <summary>The server has answered a commit with the end of the transaction: a conflict or a broken constraint.</summary>
    public static bool IsRefusal(DbException fault) =>
        fault is PostgresException told && (told.SqlState.StartsWith("40", StringComparison.Ordinal) || told.SqlState.StartsWith("23", StringComparison.Ordinal))
            && told.SqlState != CompletionUnknown;
}
