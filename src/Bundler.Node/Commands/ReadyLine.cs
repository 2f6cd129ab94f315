using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Erc4337.EntryPoints;
using Bundler.Node.Startup;
using Bundler.Rpc.Rest;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bundler.Node.Commands;

/// <summary>The one line on the standard output, once requests are really served.</summary>
internal static class ReadyLine
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    public static string EntryPoints(ServedEntryPoints served) =>
        $"EntryPoint{(served.All.Count == 1 ? "" : "s")} {string.Join(' ', served.All.Select(Text))}";

    /// <summary>Waits for the checks of /health/ready, then prints; what is waited for stands in the log.</summary>
    /// <exception cref="OperationCanceledException">The node was told to stop before it was ready.</exception>
    public static async Task PrintAsync(IServiceProvider services, PreparedNode node, TextWriter output, CancellationToken cancellationToken)
    {
        IHealthCheck[] checks = [.. services.GetServices<IHealthCheck>()];
        TimeProvider clock = services.GetRequiredService<TimeProvider>();
        ILogger logger = services.GetRequiredService<ILogger<PreparedNode>>();
        long start = clock.GetTimestamp();
        string told = "";
        while (Unready(checks) is { } missing)
        {
            if (missing != told && clock.GetElapsedTime(start) > _patience)
            {
                logger.NotReady(missing);
                told = missing;
            }

            await Task.Delay(_interval, clock, cancellationToken);
        }

        IServerAddressesFeature? addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        string[] urls = [.. addresses!.Addresses.Select(address => address.Replace("[::]", "0.0.0.0", StringComparison.Ordinal))];
        bool serves = services.GetRequiredService<NodeIdentity>().Roles.HasFlag(NodeRoles.Rpc);
        string everybody = serves ? $" on {urls[0]}" : "";
        string operators = urls.Length > 1 || !serves ? $", operators on {urls[^1]}" : "";
        await output.WriteLineAsync($"Bundler is ready{everybody} (chain {node.Profile.ChainId}, {EntryPoints(node.EntryPoints)}){operators}");
        await output.FlushAsync(cancellationToken);
    }

    private static string? Unready(IEnumerable<IHealthCheck> checks) =>
        checks.Select(check => (check.Name, Finding: check.Check())).Where(check => !check.Finding.Ok).ToArray() is { Length: > 0 } missing
            ? string.Join("; ", missing.Select(check => $"{check.Name}: {check.Finding.Detail}"))
            : null;

    private static string Text(EntryPoint entryPoint) => entryPoint.VersionText;
}
