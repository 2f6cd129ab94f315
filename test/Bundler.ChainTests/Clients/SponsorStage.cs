using Bundler.Testing;

namespace Bundler.ChainTests.Clients;

/// <summary>A dev chain with a paymaster of ours on each EntryPoint, as scripts/dev makes it, and a node that signs for them.</summary>
internal sealed class SponsorStage : IAsyncDisposable
{
    private readonly Started _started;

    private SponsorStage(Started started, AnvilProcess chain, NodeProcess node) => (_started, Chain, Node) = (started, chain, node);

    public AnvilProcess Chain { get; }

    public NodeProcess Node { get; }

    /// <param name="arguments">Further ones of the node.</param>
    public static async Task<SponsorStage> StartAsync(params string[] arguments)
    {
        Started started = new();
        string folder = Directory.CreateTempSubdirectory("bundler-sponsor-").FullName;
        try
        {
            AnvilProcess chain = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
            await Script.RunAsync("scripts/chain/paymasters.mjs", () => chain.Output, chain.Url.ToString(), folder);
            NodeProcess node = started.Add(await NodeProcess.StartAsync(chain.Url, ["--config", Path.Combine(folder, "sponsor.json"), .. arguments]));
            return new SponsorStage(started, chain, node);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public ValueTask DisposeAsync() => _started.DisposeAsync();
}
