namespace Bundler.Storage;

/// <summary>Numbers of which there is one each, in index_marks; the kinds are stored.</summary>
internal static class IndexMarks
{
    /// <summary>The first block of the index.</summary>
    public const long FirstBlock = 1;

    /// <summary>The highest block that the chain has made final.</summary>
    public const long FinalBlock = 2;

    /// <summary>The last change of the fleet that was deleted.</summary>
    public const long TrimmedChange = 3;

    /// <summary>Up to this block entries of the ledger may have been moved away; the totals have them.</summary>
    public const long MovedLedger = 4;

    private const string Select = "SELECT number FROM index_marks WHERE kind = $1";
    private const string Upsert = "INSERT INTO index_marks (kind, number) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET number = excluded.number";
    private const string Insert = "INSERT INTO index_marks (kind, number) VALUES ($1, $2) ON CONFLICT (kind) DO NOTHING";
    private const string UpdateDown = "UPDATE index_marks SET number = $2 WHERE kind = $1 AND number > $2";
    private const string UpdateUp = "UPDATE index_marks SET number = $2 WHERE kind = $1 AND number < $2";

    public static Task<ulong?> FindAsync(SqlSession session, long kind, CancellationToken cancellationToken) =>
        session.Prepare(Select).With(kind).ReadFirstAsync<ulong?>(row => row.UInt64(0), cancellationToken);

    public static Task SetAsync(SqlSession session, long kind, ulong number, CancellationToken cancellationToken) =>
        session.Prepare(Upsert).With(kind).With(number).ExecuteAsync(cancellationToken);

    /// <summary>Unless there is one.</summary>
    public static Task SetFirstAsync(SqlSession session, long kind, ulong number, CancellationToken cancellationToken) =>
        session.Prepare(Insert).With(kind).With(number).ExecuteAsync(cancellationToken);

    /// <summary>Never up.</summary>
    public static Task LowerAsync(SqlSession session, long kind, ulong number, CancellationToken cancellationToken) =>
        session.Prepare(UpdateDown).With(kind).With(number).ExecuteAsync(cancellationToken);

    /// <summary>Never down; where there is none, none is made.</summary>
    public static Task RaiseAsync(SqlSession session, long kind, ulong number, CancellationToken cancellationToken) =>
        session.Prepare(UpdateUp).With(kind).With(number).ExecuteAsync(cancellationToken);
}
