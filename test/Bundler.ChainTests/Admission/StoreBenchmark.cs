using System.Globalization;
using Bundler.Testing;

namespace Bundler.ChainTests.Admission;

/// <summary>scripts/bench stores: two nodes on one PostgreSQL beside one node on SQLite, without a tracer, in turns within one run; both flush every commit.</summary>
[Explicit]
[Category("Stores")]
public sealed class StoreBenchmark
{
    private const int Accounts = 100;
    private const int Clients = 32;
    private const int WarmUpRounds = 20;
    private const int Rounds = 8;

    private static readonly string[] _untraced = ["--Bundler:Validation:Tracer=none", "--Bundler:Validation:Unsafe=true"];

    [Test]
    public async Task Two_nodes_on_PostgreSQL_beside_one_on_SQLite()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync("fsync=on", "full_page_writes=on");
        string connection = Path.Combine(Directory.CreateTempSubdirectory("bundler-bench-").FullName, "connection");
        await File.WriteAllTextAsync(connection, await cluster.CreatePlaceAsync());
        await using AdmissionRig one = await AdmissionRig.StartAsync(Accounts, arguments: _untraced);
        await using AdmissionRig two = await AdmissionRig.StartAsync(
            Accounts, nodes: 2, arguments: [.. _untraced, "--Bundler:Storage:Kind=postgres", $"--Bundler:Storage:ConnectionStringFile={connection}"]);
        for (int i = 0; i < WarmUpRounds; i++)
        {
            await RoundAsync(one);
            await RoundAsync(two);
        }

        (double seconds, double cpu) sqlite = (0, 0);
        (double seconds, double cpu, double database) postgres = (0, 0, 0);
        for (int i = 0; i < Rounds; i++)
        {
            (double seconds, double cpu) = await RoundAsync(one);
            sqlite = (sqlite.seconds + seconds, sqlite.cpu + cpu);
            double before = cluster.CpuMilliseconds();
            (seconds, cpu) = await RoundAsync(two);
            postgres = (postgres.seconds + seconds, postgres.cpu + cpu, postgres.database + cluster.CpuMilliseconds() - before);
        }

        int operations = Rounds * one.Submissions.Count;
        Print($"stores  {operations} operations each, {Clients} clients, no tracer");
        Print($"stores  one node on SQLite          {operations / sqlite.seconds,8:0.0} /s   node {sqlite.cpu / operations,6:0.00} ms each");
        Print($"stores  two nodes on PostgreSQL     {operations / postgres.seconds,8:0.0} /s   nodes {postgres.cpu / operations,6:0.00} ms each, database {postgres.database / operations,6:0.00} ms each");
        Print($"stores  ratio                       {sqlite.seconds / postgres.seconds,8:0.00}");
    }

    private static async Task<(double Seconds, double Cpu)> RoundAsync(AdmissionRig rig)
    {
        double before = rig.NodeCpuMilliseconds;
        double seconds = await rig.SubmitAsync(Clients);
        double cpu = rig.NodeCpuMilliseconds - before;
        await rig.ForgetAsync();
        return (seconds, cpu);
    }

    private static void Print(FormattableString line) => TestContext.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
