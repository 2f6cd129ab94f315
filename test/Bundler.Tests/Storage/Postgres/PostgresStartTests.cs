using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>What keeps PostgreSQL from being opened is one sentence with its place, without a secret, and nothing is written.</summary>
public sealed class PostgresStartTests
{
    private const string Password = "s3cr3t";

    private string _file = "";

    [SetUp]
    public void Create() => _file = Path.GetTempFileName();

    [TearDown]
    public void Remove() => File.Delete(_file);

    [Test]
    public async Task A_wrong_password_is_told()
    {
        PostgresCluster cluster = await PostgresCluster.SharedAsync();

        await RefusesAsync(cluster.ConnectionString(PostgresCluster.Database, password: Password), "password authentication failed");
    }

    [Test]
    public async Task A_server_that_does_not_answer_is_told() =>
        await RefusesAsync($"Host=127.0.0.1;Port=1;Database=bundler;Username=u;Password={Password}", "127.0.0.1:1");

    [Test]
    public async Task A_name_that_nobody_knows_is_told() =>
        await RefusesAsync($"Host=nowhere.invalid;Database=bundler;Username=u;Password={Password}", "nowhere.invalid");

    [Test]
    public async Task A_database_that_is_not_there_is_told()
    {
        PostgresCluster cluster = await PostgresCluster.SharedAsync();

        await RefusesAsync(cluster.ConnectionString("nowhere"), "\"nowhere\" does not exist");
    }

    [Test]
    public async Task Who_may_not_make_tables_is_told_and_leaves_nothing()
    {
        PostgresCluster cluster = await PostgresCluster.SharedAsync();
        string role = await RoleAsync(cluster, "");
        string schema = $"t{Guid.NewGuid():N}";
        await cluster.ExecuteAsync(PostgresCluster.Database, $"CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO {role}");

        await RefusesAsync($"{cluster.ConnectionString(PostgresCluster.Database, role, Password)};Search Path={schema}", "permission denied");
        Assert.That(
            await cluster.ExecuteAsync(PostgresCluster.Database, $"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"), Is.Zero);
    }

    [Test]
    public async Task Too_many_connections_are_told()
    {
        PostgresCluster cluster = await PostgresCluster.SharedAsync();
        string role = await RoleAsync(cluster, "CONNECTION LIMIT 0");

        await RefusesAsync(cluster.ConnectionString(PostgresCluster.Database, role, Password), "too many connections");
    }

    [Test]
    public async Task Of_nodes_that_start_at_once_one_migrates_and_all_open()
    {
        await using PostgresTestDatabase home = new();
        await home.OptionsAsync();
        SqlDatabase[] nodes = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => home.ConnectAsync()))];
        await Task.WhenAll(nodes.Select(node => node.OpenAsync(default)));

        Assert.That(await Task.WhenAll(nodes.Select(node => new SqlMempoolStore(node).LoadAsync(default))), Is.All.Empty);
        foreach (SqlDatabase node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    // It has the writers' turn: three seconds, where a lease is eight.
    [Test]
    public async Task Who_stands_still_in_a_transaction_loses_it_well_before_a_lease_is_over()
    {
        await using PostgresTestDatabase home = new();
        await using SqlDatabase node = await home.ConnectAsync();
        await node.OpenAsync(default);

        string? limit = await node.WriteAsync(
            (session, token) => session.Prepare("SELECT current_setting('idle_in_transaction_session_timeout')").ReadFirstAsync(row => row.TextOrNull(0), token), default);
        Assert.That(limit, Is.EqualTo("3s"));
    }

    private static async Task<string> RoleAsync(PostgresCluster cluster, string with)
    {
        string role = $"r{Guid.NewGuid():N}";
        await cluster.ExecuteAsync(PostgresCluster.Database, $"CREATE ROLE {role} LOGIN PASSWORD '{Password}' {with}");
        return role;
    }

    private async Task RefusesAsync(string connectionString, string word)
    {
        await File.WriteAllTextAsync(_file, connectionString);
        StorageOptions options = new() { Kind = StorageKind.Postgres, ConnectionStringFile = _file };
        await using SqlDatabase database = new(new PostgresDialect(options), NullLogger<SqlDatabase>.Instance);

        Assert.That(
            () => database.OpenAsync(default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains(word).And.Message.Contains(database.Location).And.Message.Not.Contains(Password).And.Message.Not.Contains('\n'));
    }
}
