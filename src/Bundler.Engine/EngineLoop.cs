using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine;

/// <summary>
/// The one shape of a background loop: a source of items and a step for each. A fault of the world outside is logged and the loop goes on
/// after a bounded pause; it never ends the process and never spins.
/// </summary>
public abstract class EngineLoop<T>(ILogger logger, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected TimeProvider Clock { get; } = clock;

    /// <summary>When the last step ended well, for health; <c>null</c> before the first.</summary>
    public DateTimeOffset? LastStepAt { get; private set; }

    /// <summary>Done once before the loop, e.g. recovery; retried like a step when the world outside fails.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract IAsyncEnumerable<T> Source(CancellationToken cancellationToken);

    protected abstract Task StepAsync(T item, CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool prepared = false;
        TimeSpan pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!prepared)
                {
                    await PrepareAsync(stoppingToken);
                    prepared = true;
                }

                await foreach (T item in Source(stoppingToken).WithCancellation(stoppingToken))
                {
                    await StepAsync(item, stoppingToken);
                    LastStepAt = Clock.GetUtcNow();
                    pause = FirstPause;
                }

                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LoopFaulted(GetType().Name, fault);
            }

            try
            {
                await Task.Delay(pause, Clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }
}
