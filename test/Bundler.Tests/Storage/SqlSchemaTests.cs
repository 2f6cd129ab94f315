using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlSchemaTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Test]
    public void Migrations_are_numbered_one_by_one() =>
        Assert.That(SqlSchema.Numbers(), Is.EqualTo(Enumerable.Range(1, SqlSchema.Version)));

    [Test]
    public async Task A_new_database_has_the_version_of_this_build() => Assert.That(await VersionAsync(), Is.EqualTo(SqlSchema.Version));

    [Test]
    public async Task Opening_it_again_keeps_the_one_row_of_its_version()
    {
        await ReopenAsync();

        Assert.That(await NumberAsync("SELECT COUNT(*) FROM schema_version"), Is.EqualTo(1));
        Assert.That(await VersionAsync(), Is.EqualTo(SqlSchema.Version));
    }

    [Test]
    public async Task A_database_of_a_newer_build_is_refused()
    {
        await Database.WriteAsync((session, token) => session.ExecuteAsync("UPDATE schema_version SET version = 999", token), default);

        Assert.That(ReopenAsync, Throws.TypeOf<StoreTooNewException>().With.Message.Contains("999").And.Message.Contains(Database.Location));
    }

    private Task<long> VersionAsync() => NumberAsync("SELECT version FROM schema_version");

    private Task<long> NumberAsync(string sql) =>
        Database.ReadAsync((session, token) => session.Prepare(sql).ReadFirstAsync(row => row.Int64(0), token), default);
}
