using Bundler.Engine.Submission.Flights;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine;

/// <summary>
/// The first step of stopping, while everything still runs: nothing new is taken, requests are answered, and the bundle that is being built
/// is signed, stored and sent. Whatever does not get there in time is left to the next start, which finds it in the store.
/// </summary>
internal sealed class EngineDrain(Drain drain, EngineRest rest, FlightBoard board, ILogger<EngineDrain> logger, TimeProvider clock)
    : IHostedLifecycleService
{
    /// <summary>The host gives all of stopping 8 s; a silent Ethereum node must not take them all.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        logger.Draining();
        long began = clock.GetTimestamp();
        while (!rest.IsAtRest && clock.GetElapsedTime(began) < Longest && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Look, clock, CancellationToken.None);
        }

        logger.Drained(rest.IsAtRest, board.Count);
        await drain.EndAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
