using Bundler.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bundler.Tests.Storage.Sqlite;

public sealed class SqliteLibraryTests
{
    [Test]
    public void The_library_of_the_build_is_usable() => Assert.That(SqliteLibrary.Probe(), Is.Null);

    [Test]
    public void Its_version_is_pinned_by_the_package()
    {
        SqliteLibrary.Require();
        using SqliteConnection connection = new();

        Assert.That(connection.ServerVersion, Is.EqualTo("3.53.4"));
    }

    [TestCase(3_040_001, "SQLite 3.40.1 may corrupt the database when its write-ahead log is reset: 3.51.3 or newer is needed.")]
    [TestCase(3_051_002, "SQLite 3.51.2 may corrupt the database when its write-ahead log is reset: 3.51.3 or newer is needed.")]
    [TestCase(3_051_003, null)]
    [TestCase(4_000_000, null)]
    public void A_version_that_corrupts_is_refused(int version, string? expected) =>
        Assert.That(SqliteLibrary.Judge(version), Is.EqualTo(expected));

    [Test]
    public void A_machine_without_a_library_is_told_in_one_sentence() =>
        Assert.That(
            SqliteLibrary.Judge(() => throw new DllNotFoundException("Unable to load shared library 'e_sqlite3'.\nTried: a\n")),
            Is.EqualTo("This build carries no SQLite that this machine can load: Unable to load shared library 'e_sqlite3'. Tried: a"));
}
