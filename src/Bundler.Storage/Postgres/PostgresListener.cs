using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bundler.Storage.Postgres;

/// <summary>
/// A connection that does nothing but listen. When it is lost its caller reads on at once, and it is opened again with the next call: what was said in
/// between is found by reading on from the last change, so nothing is loaded anew for it.
/// </summary>
internal sealed class PostgresListener(NpgsqlDataSource servers, string location, TimeProvider clock, ILogger logger) : IChangeListener
{
    /// <summary>One name for all schemas of a database: who is woken for nothing finds nothing.</summary>
    public const string Notify = $"NOTIFY {Channel}";

    private const string Channel = "bundler_changes";

    private NpgsqlConnection? _connection;
    private bool _isLost;

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            if (_connection is { } connection)
            {
                await connection.WaitAsync(atMost, cancellationToken);
                return;
            }

            await OpenAsync(cancellationToken);
            if (_isLost)
            {
                _isLost = false;
                logger.ListensAgain(location);
            }
        }
        catch (Exception fault) when (fault is DbException or IOException or TimeoutException or InvalidOperationException)
        {
            bool wasOpen = _connection is not null;
            await CloseAsync();
            if (!_isLost)
            {
                _isLost = true;
                logger.ListeningLost(location, fault);
            }

            if (!wasOpen)
            {
                await Task.Delay(atMost, clock, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await servers.DisposeAsync();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = servers.CreateConnection();
        bool listens = false;
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using NpgsqlCommand command = connection.CreateCommand();
            command.CommandText = $"LISTEN {Channel}";
            await command.ExecuteNonQueryAsync(cancellationToken);
            listens = true;
        }
        finally
        {
            if (!listens)
            {
                await connection.DisposeAsync();
            }
        }

        _connection = connection;
    }

    private async ValueTask CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
