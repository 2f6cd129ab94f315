using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Asks for a bundle on every head, when a signer comes free, shortly after an operation was admitted, and at the latest after an
/// interval; silent in manual mode.
/// </summary>
internal sealed class BundlingLoop(
    BundlingDesk desk,
    HeadFeed heads,
    OperationFeed operations,
    SignerPool signers,
    IOptions<BundlingOptions> options,
    ILogger<BundlingLoop> logger,
    TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly TimeSpan _gather = TimeSpan.FromMilliseconds(options.Value.GatherMilliseconds);

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        Task[] pumps = [OnHeadsAsync(wake.Writer, ending.Token), OnAdmissionsAsync(wake.Writer, ending.Token), OnFreeSignersAsync(wake.Writer, ending.Token)];
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await AnyAsync(wake.Reader, ending.Token);
                yield return true;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(pumps).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        if (desk.Mode == BundlingMode.Auto)
        {
            // One after the other, until nothing is left that can go now.
            while ((await desk.SendNowAsync(cancellationToken)).Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task AnyAsync(ChannelReader<bool> wake, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), late, desk.Interval, Timeout.InfiniteTimeSpan);
        try
        {
            await wake.ReadAsync(late.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over: look anyway.
        }
    }

    private async Task OnHeadsAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        await foreach (ChainHead _ in heads.ReadAsync(cancellationToken))
        {
            wake.TryWrite(true);
        }
    }

    private async Task OnAdmissionsAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        using OperationSubscription subscription = operations.Subscribe();
        await foreach (OperationEvent happened in subscription.Events.ReadAllAsync(cancellationToken))
        {
            if (happened.Status.State == OperationState.Pending)
            {
                // Others that arrive together travel together.
                await Task.Delay(_gather, Clock, cancellationToken);
                while (subscription.Events.TryRead(out OperationEvent? _))
                {
                }

                wake.TryWrite(true);
            }
        }
    }

    private async Task OnFreeSignersAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        await foreach (bool _ in signers.Freed(cancellationToken))
        {
            wake.TryWrite(true);
        }
    }
}
