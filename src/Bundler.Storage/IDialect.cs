using System.Data.Common;
using Bundler.Engine.Retention;
using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

/// <summary>All that differs between databases; everything else is the same SQL.</summary>
internal interface IDialect : IAsyncDisposable
{
    /// <summary>Where the database is, for messages; never with credentials.</summary>
    string Location { get; }

    /// <summary>What the database is called.</summary>
    string Product { get; }

    /// <summary>What the operator should change although it works, in a sentence; <c>null</c>: nothing.</summary>
    string? Remark { get; }

    /// <summary>Begins a transaction that may write at once.</summary>
    string Begin { get; }

    /// <summary>Begins a transaction that no other node migrates beside.</summary>
    string BeginMigration { get; }

    /// <summary>Wakes the other nodes with the commit of the transaction; <c>null</c> where there are none.</summary>
    string? Notify { get; }

    /// <summary>How long a fault that passes is waited for.</summary>
    TimeSpan Patience { get; }

    /// <summary>How long a caller waits in all, whatever the reason is; <c>null</c>: as long as it takes, for nothing but the disk is waited for.</summary>
    TimeSpan? Answer { get; }

    /// <summary>Reads at the same time; further ones wait.</summary>
    int Readers { get; }

    /// <summary>Several nodes may use it at a time, from afar: a connection may be lost, also while it commits.</summary>
    bool IsShared { get; }

    /// <summary>The database's clock as an expression: 100 ns since 1970-01-01 UTC.</summary>
    string Now { get; }

    /// <summary>Takes the sole right to the database.</summary>
    IStoreClaim Claim();

    /// <summary>Bytes that may still be written where the database is; <c>null</c> when nobody can say.</summary>
    long? FreeBytes();

    /// <summary>A connection whose commits are durable.</summary>
    Task<DbConnection> OpenWriterAsync(CancellationToken cancellationToken);

    /// <summary>What is damaged, in the database's words; <c>null</c> when nothing is, or when it takes too long to look.</summary>
    Task<string?> FindDamageAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>How large the tables are, by what is known without counting; on a connection that reads.</summary>
    Task<StoreSizes> MeasureAsync(SqlSession session, CancellationToken cancellationToken);

    /// <summary>A connection that only reads and never waits for the writer.</summary>
    Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>Hears <see cref="Notify"/>; <c>null</c> where nobody says it.</summary>
    IChangeListener? Listen(TimeProvider clock, ILogger logger);

    /// <summary>A parameter for the place <c>$position</c> (from 1) of a statement.</summary>
    DbParameter AddParameter(DbCommand command, int position);

    /// <summary>Puts this database's words into a migration: <c>{bytes}</c>, <c>{identity}</c>.</summary>
    string Translate(string migration);

    /// <summary>The fault lies in the disk or the server, not in the statement.</summary>
    bool IsUnavailable(DbException fault);

    /// <summary>The same may work a little later on a new connection.</summary>
    bool IsPassing(DbException fault);

    /// <summary>Tells of a fault at a commit that nothing was stored; of others nobody knows.</summary>
    bool IsRefusal(DbException fault);
}
