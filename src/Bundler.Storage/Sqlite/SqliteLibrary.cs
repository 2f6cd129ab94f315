using System.Runtime.InteropServices;
using Bundler.Ethereum.Crypto;
using SQLitePCL;

namespace Bundler.Storage.Sqlite;

/// <summary>Binds SQLite to the system's libsqlite3, which gets its security fixes from the distribution.</summary>
public static class SqliteLibrary
{
    private const string Library = "libsqlite3.so.0";

    // The resolver and the provider may be set once per process.
    private static readonly Lazy<string?> Bound = new(Bind);

    /// <summary>Null when the library is usable, else one sentence that says what to install.</summary>
    public static string? Probe() => Bound.Value;

    internal static string? Probe(string library) =>
        NativeLibrary.TryLoad(library, out _)
            ? null
            : $"The library {library} is missing: install the Debian package libsqlite3-0.";

    /// <exception cref="NativeLibraryMissingException">libsqlite3 is not installed.</exception>
    internal static void Require()
    {
        if (Probe() is { } fault)
        {
            throw new NativeLibraryMissingException(fault);
        }
    }

    private static string? Bind()
    {
        if (Probe(Library) is { } fault)
        {
            return fault;
        }

        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (_, _, _) => NativeLibrary.Load(Library));
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return null;
    }
}
