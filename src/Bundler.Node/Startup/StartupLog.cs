using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc;
using Bundler.Signing;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Startup;

/// <summary>What the operator should know of a node that has started.</summary>
internal static class StartupLog
{
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

        if (services.GetRequiredService<IOptions<RpcOptions>>().Value.DebugApi)
        {
            logger.DebugApiServed();
        }
    }
}
