using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Retention;

/// <summary>Looks once a minute how large the store is, on every node; the metrics answer with that.</summary>
internal sealed class StoreSizeLoop(IRetentionStore store, RetentionMetrics metrics, ILogger<StoreSizeLoop> logger, TimeProvider clock) : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan _every = TimeSpan.FromMinutes(1);

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_every, Clock);
        do
        {
            yield return true;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken) => metrics.Sizes = await store.SizesAsync(cancellationToken);
}
