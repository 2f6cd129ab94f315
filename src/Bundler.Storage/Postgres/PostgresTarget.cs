using System.Globalization;
using Npgsql;

namespace Bundler.Storage.Postgres;

/// <summary>The server, the database and the user, as a file or a variable of the environment says: never the command line, which every process may read.</summary>
internal sealed class PostgresTarget
{
    private const string Form = "Host=…;Database=…;Username=…;Password=…";
    private const int LargestFile = 16_384;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresTarget(NpgsqlConnectionStringBuilder settings, string? remark)
    {
        _settings = settings;
        Remark = remark;
        Location = $"{string.Join(',', Hosts.Select(WithPort))}/{settings.Database}";
    }

    /// <summary>Hosts and database, without credentials.</summary>
    public string Location { get; }

    /// <summary>That the file is open to others, as files of keys may not be; a file of an orchestrator's may have to be. <c>null</c> when it is not.</summary>
    public string? Remark { get; }

    /// <summary>Several when one may take over from another.</summary>
    public IReadOnlyList<string> Hosts => _settings.Host!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <exception cref="ConnectionStringException">There is none, or it cannot be used.</exception>
    public static PostgresTarget Of(StorageOptions options) => new(Parse(options), RemarkOn(options.ConnectionStringFile));

    /// <summary>The settings as given, and ours where the operator said nothing.</summary>
    public NpgsqlConnectionStringBuilder Settings() => new(_settings.ConnectionString);

    private static NpgsqlConnectionStringBuilder Parse(StorageOptions options)
    {
        (string text, string from) = Read(options);
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(text.Trim());
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // What the parser stumbled on may be a part of the password.
            throw new ConnectionStringException($"{from} holds no connection string of the form {Form}");
        }

        return string.IsNullOrEmpty(settings.Host) ? throw new ConnectionStringException($"The connection string in {from} names no Host")
            : string.IsNullOrEmpty(settings.Database) ? throw new ConnectionStringException($"The connection string in {from} names no Database")
            : settings;
    }

    private static (string Text, string From) Read(StorageOptions options)
    {
        (string file, string variable) = (options.ConnectionStringFile, options.ConnectionStringVariable);
        if (file.Length > 0 == variable.Length > 0)
        {
            throw new ConnectionStringException(
                $"PostgreSQL needs its connection string from a file or from a variable: set one of {nameof(options.ConnectionStringFile)} and {nameof(options.ConnectionStringVariable)}");
        }

        if (file.Contains('=', StringComparison.Ordinal) || variable.Contains('=', StringComparison.Ordinal))
        {
            throw new ConnectionStringException(
                $"A connection string is a secret and no option may carry it: {nameof(options.ConnectionStringFile)} is the path of a file, {nameof(options.ConnectionStringVariable)} the name of a variable");
        }

        return file.Length > 0
            ? (ReadFile(file), $"{nameof(options.ConnectionStringFile)} {file}")
            : (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text
                : throw new ConnectionStringException($"The environment has no variable {variable}, which {nameof(options.ConnectionStringVariable)} names"),
                $"the variable {variable}");
    }

    private static string? RemarkOn(string path) => path.Length > 0 && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
        ? $"The file {path} with the connection string is open to others than its owner: run chmod 600 on it"
        : null;

    private static string ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LargestFile
                ? File.ReadAllText(path)
                : throw new ConnectionStringException($"{nameof(StorageOptions.ConnectionStringFile)} {path} is too large for a connection string");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConnectionStringException($"{nameof(StorageOptions.ConnectionStringFile)} {path} cannot be read: {fault.Message.TrimEnd('.')}");
        }
    }

    private string WithPort(string host) =>
        host.StartsWith('/') || host.Contains(':', StringComparison.Ordinal) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{_settings.Port}");
}
