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
        await Database.WriteAsync((session, token) => session.ExecuteAsync("UPDATE schema_version SET version = 999, compatible_with = 999", token), default);

        Assert.That(() => ReopenAsync(), Throws.TypeOf<StoreTooNewException>().With.Message.Contains("999").And.Message.Contains(Database.Location));
    }

    [TestCase(1, 0, true)]
    [TestCase(1, 1, false)]
    [TestCase(3, 0, true)]
    [TestCase(3, 1, false)]
    public async Task A_build_works_beside_a_newer_one_when_that_one_says_so(int newer, int lowestNewer, bool works)
    {
        await Database.WriteAsync(
            (session, token) => session.ExecuteAsync(
                $"UPDATE schema_version SET version = {SqlSchema.Version + newer}, compatible_with = {SqlSchema.Version + lowestNewer}", token),
            default);

        Assert.That(() => ReopenAsync(), works ? Throws.Nothing : Throws.TypeOf<StoreTooNewException>());
        if (works)
        {
            Assert.That(await VersionAsync(), Is.EqualTo(SqlSchema.Version + newer), "what the newer build wrote stays");
        }
    }

    [Test]
    public async Task A_database_of_another_chain_is_refused_and_of_its_own_is_not()
    {
        await ReopenAsync(56);
        await ReopenAsync(56);

        Assert.That(() => ReopenAsync(1), Throws.TypeOf<StoreOfAnotherChainException>().With.Message.Contains("chain 56").And.Message.Contains(Database.Location));
        await ReopenAsync(56);
        Assert.That(await NumberAsync("SELECT COUNT(*) FROM store_chain"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_of_the_build_before_there_were_chains_takes_the_chain_of_its_node()
    {
        Assert.That(await NumberAsync("SELECT COUNT(*) FROM store_chain"), Is.Zero);
        await ReopenAsync(97);

        Assert.That(await NumberAsync("SELECT chain_id FROM store_chain"), Is.EqualTo(97));
    }

    private Task<long> VersionAsync() => NumberAsync("SELECT version FROM schema_version");

    private Task<long> NumberAsync(string sql) =>
        Database.ReadAsync((session, token) => session.Prepare(sql).ReadFirstAsync(row => row.Int64(0), token), default);
}
