using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc;
using Bundler.Signing;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Startup;

/// <summary>What the operator should know of a node that has started.</summary>
internal static class StartupLog
{
    private const int MinSecretLength = 16;

    public static void Tell(IServiceProvider services, PreparedNode node)
    {
        ILogger logger = services.GetRequiredService<ILogger<PreparedNode>>();
        foreach (EntryPoint entryPoint in node.EntryPoints.All)
        {
            logger.ServingEntryPoint(entryPoint.VersionText, entryPoint.Address);
        }

        if (node.UsesWellKnownKey)
        {
            logger.WellKnownKeyUsed(services.GetRequiredService<Keyring>().Signers[0].Address);
        }

        if (Environment.GetCommandLineArgs().Any(MayHoldSecret))
        {
            logger.SecretInArguments();
        }

        if (services.GetRequiredService<IOptions<RpcOptions>>().Value.DebugApi)
        {
            logger.DebugApiServed();
        }
    }

    /// <summary>A URL with credentials, a query or a long part in its path: everybody on this machine reads it in the list of processes.</summary>
    internal static bool MayHoldSecret(string argument) =>
        Uri.TryCreate(argument[(argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=') + 1 : 0)..], UriKind.Absolute, out Uri? url)
        && url.Scheme is "http" or "https" or "ws" or "wss"
        && (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Segments.Any(part => part.Length >= MinSecretLength));
}
