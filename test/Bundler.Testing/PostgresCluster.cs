using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Bundler.Testing;

/// <summary>A PostgreSQL of the tests' own, below artifacts/; it ends with the process that started it, however that ends, and leaves nothing.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string User = "bundler";
    public const string Database = "postgres";

    private const string ReadyMark = "ready to accept";

    // What a test needs of it is what the clients see; the disk is not pulled from under it.
    private static readonly string[] _quick = ["fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB"];
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresCluster>> _shared = new(() => StartAsync());

    private readonly IReadOnlyList<string> _settings;
    private Process _process = null!;
    private ProcessOutput _output = null!;

    private PostgresCluster(string folder, int port, IReadOnlyList<string> settings)
    {
        Folder = folder;
        Port = port;
        _settings = settings;
    }

    public string Folder { get; }

    public int Port { get; }

    public string Password { get; private set; } = "";

    /// <summary>The last lines of its log.</summary>
    public string Output => _output.ToString();

    /// <summary>The one for all tests of a run that do not harm it.</summary>
    public static Task<PostgresCluster> SharedAsync() => _shared.Value;

    /// <summary>One for a test that stops it, or wants it with settings of its own (<c>name=value</c>).</summary>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        int port = FreePort();
        string name = string.Create(CultureInfo.InvariantCulture, $"artifacts/postgres/{Environment.ProcessId}-{port}");
        PostgresCluster cluster = new(Repo.PathOf(name), port, [.. _quick, .. settings]);
        await cluster.StartAgainAsync();
        cluster.Password = await File.ReadAllTextAsync(Path.Combine(cluster.Folder, "password"));
        return cluster;
    }

    /// <summary>A streaming replica, which has every commit before this one acknowledges it.</summary>
    public async Task<PostgresCluster> AddStandbyAsync()
    {
        PostgresCluster standby = await StartAsync(string.Create(CultureInfo.InvariantCulture, $"standby_of={Folder}:{Port}"));
        await ExecuteAsync(Database, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ExecuteAsync(Database, "SELECT pg_reload_conf()");
        await Eventually.Async(
            async () => (string?)await ExecuteAsync(Database, "SELECT sync_state FROM pg_stat_replication") == "sync", _deadline, $"it follows\n{standby.Output}");
        return standby;
    }

    /// <summary>After <see cref="StopAsync"/>: on the same port, with the same data.</summary>
    public async Task StartAgainAsync()
    {
        ProcessStartInfo start = new(Repo.PathOf("scripts/postgres"), [Folder, Port.ToString(CultureInfo.InvariantCulture), .. _settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("scripts/postgres did not start");
        _output = new ProcessOutput(_process, ReadyMark);
        await _output.ReadyAsync(_deadline);
    }

    /// <summary>Ends it as a crash does, or in good order; the data stay.</summary>
    public async Task StopAsync(bool crash = false)
    {
        await _process.StandardInput.WriteLineAsync(crash ? "immediate" : "fast");
        await _process.StandardInput.FlushAsync();
        await EndAsync();
    }

    /// <summary>Processor time of all its processes that still run, in milliseconds.</summary>
    public double CpuMilliseconds()
    {
        double sum = 0;
        EachProcess(process => sum += process.TotalProcessorTime.TotalMilliseconds);
        return sum;
    }

    /// <summary>All its processes stand still: it takes connections and requests, as the system does for it, and answers nothing.</summary>
    public void StandStill() => EachProcess(process => ProcessSignal.SendStop(process.Id));

    /// <summary>After <see cref="StandStill"/>.</summary>
    public void GoOn() => EachProcess(process => ProcessSignal.SendContinue(process.Id));

    /// <summary>For a client, to one of its databases.</summary>
    public string ConnectionString(string database, string? user = null, string? password = null) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username={user ?? User};Password={password ?? Password}");

    /// <summary>An empty place for one test: a schema, which is made in no time, unlike a database; the connection string to it.</summary>
    public async Task<string> CreatePlaceAsync()
    {
        string schema = $"t{Guid.NewGuid():N}";
        await ExecuteAsync(Database, $"CREATE SCHEMA {schema}");
        return $"{ConnectionString(Database)};Search Path={schema}";
    }

    /// <summary>Runs a statement as the owner of all.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using NpgsqlConnection connection = new(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await EndAsync();
        }

        _process.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void EachProcess(Action<Process> act)
    {
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    // Each calls itself by what it does: "postgres: checkpointer".
                    if (process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
                        && new DirectoryInfo($"/proc/{process.Id}/cwd").ResolveLinkTarget(false)?.FullName == Path.Combine(Folder, "data"))
                    {
                        act(process);
                    }
                }
                catch (Exception fault) when (fault is IOException or InvalidOperationException)
                {
                    // It has ended meanwhile, as those of other clusters do.
                }
            }
        }
    }

    private async Task EndAsync()
    {
        using CancellationTokenSource deadline = new(_deadline);
        await _process.WaitForExitAsync(deadline.Token);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
