using Bundler.Storage.Sqlite;

namespace Bundler.Tests.Storage.Sqlite;

public sealed class SqliteLibraryTests
{
    [Test]
    public void The_systems_library_is_usable() => Assert.That(SqliteLibrary.Probe(), Is.Null);

    [Test]
    public void A_missing_library_is_one_sentence_that_names_the_package() =>
        Assert.That(
            SqliteLibrary.Probe("libnowhere.so.0"),
            Is.EqualTo("The library libnowhere.so.0 is missing: install the Debian package libsqlite3-0."));
}
