using Bundler.Node.Configuration;
using Bundler.Node.Startup;

namespace Bundler.Node.Commands;

/// <summary>Says what would keep the node from starting; a node that already runs with the same port and data is no finding.</summary>
internal static class CheckConfigCommand
{
    public static async Task<int> RunAsync(LayerReader layers, TextWriter output, TextWriter errors)
    {
        Preparation preparation = await new NodeStartup(layers, NodeCommand.CheckConfig).PrepareAsync(CancellationToken.None);
        if (preparation.Node is not { } node)
        {
            return Refusal.Tell(errors, preparation.Findings);
        }

        output.WriteLine($"The configuration is good: chain {node.Profile.ChainId} ({node.Profile.Name}), {ReadyLine.EntryPoints(node.EntryPoints)}");
        return 0;
    }
}
