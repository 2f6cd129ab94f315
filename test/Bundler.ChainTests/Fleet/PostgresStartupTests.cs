using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>The node as a process, and every reason for which it does not start on its PostgreSQL: one sentence, exit code 1, nothing written, no secret told.</summary>
public sealed class PostgresStartupTests
{
    private const string Variable = "FLEET_DATABASE";
    private const string Password = "s3cr3t";

    private AnvilProcess _anvil = null!;
    private PostgresCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task BeginAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _cluster = await PostgresCluster.SharedAsync();
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _anvil.DisposeAsync();

    [Test]
    public async Task A_wrong_password() =>
        await RefusesAsync(_cluster.ConnectionString(PostgresCluster.Database, password: Password), "password authentication failed");

    [Test]
    public async Task A_server_that_does_not_answer() =>
        await RefusesAsync($"Host=127.0.0.1;Port=1;Database=bundler;Username=u;Password={Password}", "127.0.0.1:1");

    [Test]
    public async Task A_user_who_may_not_create_tables()
    {
        (string role, string schema) = ($"r{Guid.NewGuid():N}", $"t{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{Password}'; CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO {role}");

        await RefusesAsync($"{_cluster.ConnectionString(PostgresCluster.Database, role, Password)};Search Path={schema}", "permission denied");
        Assert.That(await ExecuteAsync($"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"), Is.Zero);
    }

    [Test]
    public async Task A_schema_that_is_newer_than_the_node()
    {
        (string place, string schema) = await UsedAsync();
        await ExecuteAsync($"UPDATE {schema}.schema_version SET version = 1000, compatible_with = 1000");

        await RefusesAsync(place, "1000");
        Assert.That(await ExecuteAsync($"SELECT count(*) FROM {schema}.nodes WHERE id = 'refused'"), Is.Zero);
    }

    [Test]
    public async Task A_database_of_another_chain()
    {
        (string place, string schema) = await UsedAsync();
        await ExecuteAsync($"UPDATE {schema}.store_chain SET chain_id = 56");

        await RefusesAsync(place, "56");
        Assert.That(await ExecuteAsync($"SELECT count(*) FROM {schema}.nodes WHERE id = 'refused'"), Is.Zero);
    }

    /// <summary>A place in which a node has lived.</summary>
    private async Task<(string Place, string Schema)> UsedAsync()
    {
        string place = await _cluster.CreatePlaceAsync();
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url, new Dictionary<string, string> { [Variable] = place }, Arguments);
        Assert.That(await node.StopAsync(), Is.Zero, node.Output);
        return (place, place[(place.LastIndexOf('=') + 1)..]);
    }

    private static string[] Arguments => ["--Bundler:Storage:Kind=postgres", $"--Bundler:Storage:ConnectionStringVariable={Variable}"];

    private async Task RefusesAsync(string connection, string word)
    {
        (int exitCode, string output) = await NodeProcess.RunAsync(
            ["--rpc-url", _anvil.Url.ToString(), "--port", "0", "--Bundler:Node:Id=refused", .. Arguments], new Dictionary<string, string> { [Variable] = connection });

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("The node does not start, for 1 reason:").And.Contain(word).And.Not.Contain(Password).And.Not.Contain("   at "));
    }

    private Task<object?> ExecuteAsync(string sql) => _cluster.ExecuteAsync(PostgresCluster.Database, sql);
}
