using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;

namespace Bundler.Engine.Inclusion;

/// <summary>What wakes the inclusion loop: heads, outcomes of bundles, duties that come and go, and the clock where another node writes the index.</summary>
internal sealed class InclusionSignals(HeadFeed heads, OutcomeQueue outcomes, Duties duties, TimeProvider clock)
{
    /// <summary>Where another node writes the index, this one looks so often how far it is.</summary>
    private static readonly TimeSpan _readOnEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>An outcome is signalled until the loop has taken it; the pause keeps the waiting from spinning.</summary>
    private static readonly TimeSpan _outcomePause = TimeSpan.FromMilliseconds(5);

    /// <summary>The newest head, if there was one.</summary>
    public ChainHead? Head => heads.Latest;

    /// <inheritdoc cref="HeadFeed.CurrentAsync"/>
    public Task<ChainHead> FirstHeadAsync(CancellationToken cancellationToken) => heads.CurrentAsync(cancellationToken);

    /// <summary>Signals that come while one is looked after are one.</summary>
    public async IAsyncEnumerable<bool> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        Task[] pumps = [OnHeadsAsync(wake.Writer, ending.Token), OnOutcomesAsync(wake.Writer, ending.Token), OnDutiesAsync(wake.Writer, ending.Token), OnOthersAsync(wake.Writer, ending.Token)];
        try
        {
            await foreach (bool signal in wake.Reader.ReadAllAsync(ending.Token))
            {
                yield return signal;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(pumps).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task OnHeadsAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        await foreach (ChainHead _ in heads.ReadAsync(cancellationToken))
        {
            wake.TryWrite(true);
        }
    }

    private async Task OnOutcomesAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        while (await outcomes.WaitAsync(cancellationToken))
        {
            wake.TryWrite(true);
            await Task.Delay(_outcomePause, clock, cancellationToken);
        }
    }

    private async Task OnDutiesAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        await foreach (bool _ in duties.Changes(cancellationToken))
        {
            wake.TryWrite(true);
        }
    }

    private async Task OnOthersAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_readOnEvery, clock);
        while (!duties.IsSole && await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (!duties.Indexes)
            {
                wake.TryWrite(true);
            }
        }
    }
}
