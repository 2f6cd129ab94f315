using System.Globalization;
using Bundler.Ethereum.Crypto;
using SQLitePCL;

namespace Bundler.Storage.Sqlite;

/// <summary>Binds the SQLite that comes with the build, so that its version is ours to choose and the same on every machine.</summary>
public static class SqliteLibrary
{
    // From 3.7.0 to 3.51.2 a write-ahead log that is reset while another connection writes may leave the database corrupt.
    private const int SafeSince = 3_051_003;

    // The provider may be set once per process.
    private static readonly Lazy<string?> Bound = new(Bind);

    /// <summary>Null when the library is usable, else one sentence that says why not.</summary>
    public static string? Probe() => Bound.Value;

    /// <summary>Null when <paramref name="version"/>, as SQLite counts (3051003 is 3.51.3), does not corrupt what we write.</summary>
    internal static string? Judge(int version) =>
        version >= SafeSince
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"SQLite {version / 1_000_000}.{version / 1_000 % 1_000}.{version % 1_000} may corrupt the database when its write-ahead log is reset: 3.51.3 or newer is needed.");

    /// <exception cref="NativeLibraryMissingException">There is no usable SQLite.</exception>
    internal static void Require()
    {
        if (Probe() is { } fault)
        {
            throw new NativeLibraryMissingException(fault);
        }
    }

    /// <summary>What <paramref name="version"/> is refused for; a library that cannot be loaded is one sentence too.</summary>
    internal static string? Judge(Func<int> version)
    {
        try
        {
            return Judge(version());
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return $"This build carries no SQLite that this machine can load: {fault.Message.Trim().ReplaceLineEndings(" ")}";
        }
    }

    private static string? Bind() =>
        Judge(() =>
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            raw.FreezeProvider();
            return raw.sqlite3_libversion_number();
        });
}
