using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>scripts/dev as somebody runs it who wants to see a fleet, or a single node, on his own machine.</summary>
public sealed class DevScriptTests
{
    /// <summary>A script that starts a chain, a database, nodes and a client takes its time on a busy machine.</summary>
    private static readonly TimeSpan _deadline = 2 * Eventually.Patience;

    [TestCase(1)]
    [TestCase(2)]
    public async Task An_operation_goes_its_way_and_every_node_tells_of_it(int nodes)
    {
        string[] before = Clusters();
        (int code, string output) = await RunAsync("--once", "--nodes", Text(nodes), "--port", Text(FreePort()), "--chain-port", Text(FreePort()));

        Assert.That(code, Is.Zero, output);
        Assert.That(Count(output, "Bundler is ready on http://127.0.0.1:"), Is.EqualTo(nodes), output);
        Assert.That(Count(output, "seen at "), Is.EqualTo(nodes - 1), output);
        Assert.That(Count(output, "receipt at http://127.0.0.1:"), Is.EqualTo(nodes == 1 ? 0 : nodes), output);
        Assert.That(Clusters().Except(before), Is.Empty, "it leaves no database");
    }

    [TestCase("0")]
    [TestCase("many")]
    public async Task A_number_of_nodes_that_is_none_is_refused(string nodes)
    {
        (int code, string output) = await RunAsync("--nodes", nodes);

        Assert.That((code, output), Is.EqualTo((1, "dev: --nodes needs a number from 1 to 9")));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(Repo.PathOf("scripts/dev"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["BUNDLER_NODE_DLL"] = Path.Combine(AppContext.BaseDirectory, "Bundler.Node.dll");
        using Process process = Process.Start(start)!;
        ProcessOutput output = new(process, "success ");
        using CancellationTokenSource deadline = new(_deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            await output.EndAsync();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return (process.ExitCode, output.ToString());
    }

    private static string[] Clusters() => Directory.Exists(Repo.PathOf("artifacts/postgres")) ? Directory.GetDirectories(Repo.PathOf("artifacts/postgres"), "dev-*") : [];

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
