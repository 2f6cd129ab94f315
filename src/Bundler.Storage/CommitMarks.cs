using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>
/// One row for this writer, overwritten in each of its transactions. Who asks writes to the same row: he waits for a transaction that still
/// runs without its client, and what he is told is as durable as his own commit.
/// </summary>
internal sealed class CommitMarks(IDialect dialect)
{
    /// <summary>Rows of writers that are gone are removed after this time.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromDays(7);

    private readonly string _upsert =
        $"""
        INSERT INTO commit_marks (writer, mark, asked, at) VALUES ($1, $2, 0, {dialect.Now})
        ON CONFLICT (writer) DO UPDATE SET mark = excluded.mark, at = excluded.at
        """;

    private readonly string _touch =
        $"""
        INSERT INTO commit_marks (writer, mark, asked, at) VALUES ($1, $2, 1, {dialect.Now})
        ON CONFLICT (writer) DO UPDATE SET asked = commit_marks.asked + 1, at = excluded.at
        RETURNING mark
        """;

    private readonly string _deleteOld = $"DELETE FROM commit_marks WHERE at < {dialect.Now} - $1";

    private readonly Guid _writer = Guid.NewGuid();

    /// <summary>Marks the transaction under way; its mark.</summary>
    public async Task<Guid> SetAsync(SqlSession session, CancellationToken cancellationToken)
    {
        Guid mark = Guid.NewGuid();
        await session.Prepare(_upsert).With(_writer).With(mark).ExecuteAsync(cancellationToken);
        return mark;
    }

    /// <summary>Whether the transaction with this mark was stored; in a transaction of its own.</summary>
    public async Task<bool> AskAsync(SqlSession session, Guid mark, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(dialect.Begin, cancellationToken);
        Guid last = await session.Prepare(_touch).With(_writer).With(Guid.Empty).ReadFirstAsync(row => row.Guid(0), cancellationToken);
        await session.ExecuteAsync(SqlWriter.Commit, cancellationToken);
        return last == mark;
    }

    /// <summary>Removes what writers left that have long gone.</summary>
    public Task CleanAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(_deleteOld).With(_kept.Ticks).ExecuteAsync(cancellationToken);
}
