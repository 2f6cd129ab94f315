using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission;

/// <summary>What makes the <see cref="SubmissionLoop"/> take a step.</summary>
internal enum SubmissionSignal
{
    /// <summary>Bundles wait in the queue.</summary>
    Bundles,

    /// <summary>There is a new head.</summary>
    Head,

    /// <summary>A second has passed.</summary>
    Tick,

    /// <summary>Keys have come from another node, or gone to one.</summary>
    Duties,
}

/// <summary>New bundles, new heads and the passing of time, one at a time, for the <see cref="FlightBoard"/>.</summary>
internal sealed class SubmissionLoop(FlightBoard board, SubmissionQueue queue, HeadFeed heads, Duties duties, ILogger<SubmissionLoop> logger, TimeProvider clock)
    : EngineLoop<SubmissionSignal>(logger, clock)
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = clock;

    /// <summary>To be called once the mempool is restored and before bundles are built; the loop waits for it.</summary>
    public Task RecoverAsync(CancellationToken cancellationToken) => board.RecoverAsync(cancellationToken);

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await board.Recovered.WaitAsync(cancellationToken);
        await board.OnTickAsync(cancellationToken);
    }

    /// <summary>Signals only wake the loop: what they announce stays where it is until a step takes it, so that no fault loses a bundle.</summary>
    protected override async IAsyncEnumerable<SubmissionSignal> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<SubmissionSignal> signals = Channel.CreateBounded<SubmissionSignal>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        Task pumps = Task.WhenAll(
            OnBundlesAsync(signals.Writer, ending.Token), OnHeadsAsync(signals.Writer, ending.Token), OnTicksAsync(signals.Writer, ending.Token),
            OnDutiesAsync(signals.Writer, ending.Token));
        try
        {
            await foreach (SubmissionSignal signal in signals.Reader.ReadAllAsync(ending.Token))
            {
                yield return signal;
            }
        }
        finally
        {
            await ending.CancelAsync();

            // They end by cancellation; WhenAny waits for that without throwing it.
            await Task.WhenAny(pumps);
        }
    }

    protected override async Task StepAsync(SubmissionSignal item, CancellationToken cancellationToken)
    {
        await board.FollowDutiesAsync(cancellationToken);
        await StepHeldAsync(item, cancellationToken);
    }

    private Task StepHeldAsync(SubmissionSignal item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case SubmissionSignal.Bundles:
                while (queue.TryRead(out LeasedWork? leased))
                {
                    board.Add(leased);
                }

                return board.ActAsync(cancellationToken);
            case SubmissionSignal.Head:
                return board.OnHeadAsync(cancellationToken);
            default:
                return board.OnTickAsync(cancellationToken);
        }
    }

    private async Task OnBundlesAsync(ChannelWriter<SubmissionSignal> signals, CancellationToken cancellationToken)
    {
        while (await queue.WaitAsync(cancellationToken))
        {
            await signals.WriteAsync(SubmissionSignal.Bundles, cancellationToken);
        }
    }

    private async Task OnHeadsAsync(ChannelWriter<SubmissionSignal> signals, CancellationToken cancellationToken)
    {
        await foreach (ChainHead _ in heads.ReadAsync(cancellationToken))
        {
            await signals.WriteAsync(SubmissionSignal.Head, cancellationToken);
        }
    }

    private async Task OnDutiesAsync(ChannelWriter<SubmissionSignal> signals, CancellationToken cancellationToken)
    {
        await foreach (bool _ in duties.Changes(cancellationToken))
        {
            await signals.WriteAsync(SubmissionSignal.Duties, cancellationToken);
        }
    }

    private async Task OnTicksAsync(ChannelWriter<SubmissionSignal> signals, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TickEvery, _clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await signals.WriteAsync(SubmissionSignal.Tick, cancellationToken);
        }
    }
}
