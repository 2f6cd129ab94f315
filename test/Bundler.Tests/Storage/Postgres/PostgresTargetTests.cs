using System.Runtime.Versioning;
using Bundler.Storage;
using Bundler.Storage.Postgres;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>Where PostgreSQL is: said by a file or a variable, and repeated without a secret.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostgresTargetTests
{
    private const string Secret = "s3cr;3t=x";

    private string _file = "";

    [SetUp]
    public void Create() => File.WriteAllText(_file = Path.Combine(Path.GetTempPath(), $"connection-{Environment.ProcessId}"), "");

    [TearDown]
    public void Remove() => File.Delete(_file);

    [TestCase("Host=db1;Database=bundler;Username=u;Password=\"" + Secret + "\"", "db1:5432/bundler")]
    [TestCase("Host=db1,db2:6000;Port=5433;Database=bundler;Username=u;Password=\"" + Secret + "\"\n", "db1:5433,db2:6000/bundler")]
    [TestCase("Host=/run/postgresql;Database=bundler", "/run/postgresql/bundler")]
    public void The_location_has_hosts_and_database_and_no_credentials(string text, string location)
    {
        File.WriteAllText(_file, text);

        Assert.That(PostgresTarget.Of(FromFile()).Location, Is.EqualTo(location));
    }

    [TestCase("Host=db1;Database=b;Password=" + Secret, "holds no connection string")]
    [TestCase("postgres://u:" + Secret + "@db1/b", "holds no connection string")]
    [TestCase("Host=db1;Database=b;Port=" + Secret, "holds no connection string")]
    [TestCase("Database=b;Password='" + Secret + "'", "names no Host")]
    [TestCase("Host=db1;Password='" + Secret + "'", "names no Database")]
    [TestCase("", "names no Host")]
    public void What_is_wrong_is_one_sentence_without_the_secret(string text, string word)
    {
        File.WriteAllText(_file, text);

        Assert.That(
            () => PostgresTarget.Of(FromFile()),
            Throws.TypeOf<ConnectionStringException>().With.Message.Contains(word).And.Message.Contains(_file).And.Message.Not.Contains("3t").And.Message.Not.Contains("s3cr"));
    }

    [TestCase(UnixFileMode.None, false)]
    [TestCase(UnixFileMode.GroupRead, true)]
    [TestCase(UnixFileMode.OtherRead, true)]
    [TestCase(UnixFileMode.OtherWrite, true)]
    public void A_file_that_is_open_to_others_is_remarked_on(UnixFileMode others, bool isOpen)
    {
        File.WriteAllText(_file, "Host=db1;Database=bundler;Password=s3cr3t");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | others);

        string? remark = PostgresTarget.Of(FromFile()).Remark;

        Assert.That(remark, isOpen ? Does.Contain(_file).And.Contains("chmod 600").And.Not.Contains("s3cr3t") : Is.Null);
    }

    [TestCase("", "", "set one of")]
    [TestCase("/a", "B", "set one of")]
    [TestCase("Host=db1;Password=s3cr3t", "", "no option may carry it")]
    [TestCase("", "Host=db1;Password=s3cr3t", "no option may carry it")]
    [TestCase("/no/such/file", "", "cannot be read")]
    [TestCase("/", "", "cannot be read")]
    [TestCase("", "BUNDLER_NO_SUCH_VARIABLE", "no variable")]
    public void An_option_refers_to_the_string_and_is_not_the_string(string file, string variable, string word)
    {
        StorageOptions options = new() { Kind = StorageKind.Postgres, ConnectionStringFile = file, ConnectionStringVariable = variable };

        Assert.That(new StorageOptionsRules().Validate(null, options).FailureMessage, Does.Contain(word).And.Not.Contain("s3cr3t"));
    }

    [Test]
    public void SQLite_asks_for_no_connection_string() => Assert.That(new StorageOptionsRules().Validate(null, new StorageOptions()).Succeeded, Is.True);

    private StorageOptions FromFile() => new() { Kind = StorageKind.Postgres, ConnectionStringFile = _file };
}
