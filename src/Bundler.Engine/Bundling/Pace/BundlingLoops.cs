using Bundler.Engine.Pool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bundler.Engine.Bundling.Pace;

/// <summary>A <see cref="BundlingLoop"/> for each EntryPoint: whoever takes long to validate for one keeps nobody of another waiting.</summary>
internal sealed class BundlingLoops(IServiceProvider services, Mempools mempools) : IHostedService, IDisposable
{
    private readonly BundlingLoop[] _loops = [.. mempools.All.Select(pool => ActivatorUtilities.CreateInstance<BundlingLoop>(services, pool))];

    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(_loops.Select(loop => loop.StartAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_loops.Select(loop => loop.StopAsync(cancellationToken)));

    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());
}
