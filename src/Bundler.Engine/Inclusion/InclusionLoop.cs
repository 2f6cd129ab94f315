using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Heads and outcomes of bundles, one at a time, into the index and the settlement. Signals only wake the loop; an outcome leaves its queue
/// when it is settled, so a node or a store that fails in between loses nothing.
/// </summary>
internal sealed class InclusionLoop(
    HeadFeed heads, OutcomeQueue outcomes, ChainIndex index, Settlement settlement, Finality finality, PoolChanges changes,
    Duties duties, EngineMetrics metrics, ILogger<InclusionLoop> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly ILogger _logger = logger;
    /// <summary>Where another node writes the index, this one looks so often how far it is.</summary>
    private static readonly TimeSpan ReadOnEvery = TimeSpan.FromMilliseconds(250);

    private readonly Queue<SubmissionOutcome.Mined> _waiting = [];
    private Fence[] _keys = [];

    protected override async Task PrepareAsync(CancellationToken cancellationToken) =>
        await index.StartAsync(await heads.CurrentAsync(cancellationToken), cancellationToken);

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
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

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        try
        {
            await StepHeldAsync(cancellationToken);
        }
        catch (LeaseLostException lost)
        {
            _logger.Fenced(lost.Fence.Name, lost.Fence.Number);
            duties.Refused(lost.Fence);
        }
    }

    private async Task StepHeldAsync(CancellationToken cancellationToken)
    {
        if (heads.Latest is { } head)
        {
            await index.FollowDutiesAsync(head, cancellationToken);
            await index.CheckForkAsync(head, cancellationToken);
            await index.CatchUpAsync(head.Number, cancellationToken);
            await ValidateRestoredAsync(head, cancellationToken);
            changes.Wake();
        }

        while (outcomes.TryPeek(out SubmissionOutcome? outcome))
        {
            await SettleAsync(outcome, cancellationToken);
            outcomes.Done();
            metrics.Settled(outcome);
        }

        // A mined bundle is settled when its block is indexed: only then is it known what it did not include.
        while (_waiting.TryPeek(out SubmissionOutcome.Mined? next) && index.Mark is { } known && known.Number >= next.Receipt.BlockNumber)
        {
            if (settlement.IsMissing(next))
            {
                await index.AddMissedAsync(next.Receipt, cancellationToken);
            }

            await settlement.MinedAsync(next, cancellationToken);
            _waiting.Dequeue();
        }

        await finality.AdvanceAsync(cancellationToken);
    }

    private async Task ValidateRestoredAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (!changes.IsOpen && index.Mark is { } mark && mark.Number >= head.Number)
        {
            await settlement.JudgeRemainingAsync(cancellationToken);
            _logger.CaughtUp(mark.Number);
            changes.Open();
        }
        else if (changes.IsOpen && !duties.IsSole && duties.Signers.Values.ToArray() is var keys && !keys.SequenceEqual(_keys))
        {
            // What reverted when its node ended is judged by whoever has the key now.
            await settlement.JudgeRemainingAsync(cancellationToken);
            _keys = keys;
        }
    }

    private async Task SettleAsync(SubmissionOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case SubmissionOutcome.Sent sent:
                await settlement.SentAsync(sent, cancellationToken);
                break;
            case SubmissionOutcome.Mined mined:
                await index.CatchUpAsync(mined.Receipt.BlockNumber, cancellationToken);
                _waiting.Enqueue(mined);
                break;
            case SubmissionOutcome.Abandoned abandoned:
                await settlement.AbandonedAsync(abandoned, cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task OnHeadsAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        await foreach (ChainHead _ in heads.ReadAsync(cancellationToken))
        {
            wake.TryWrite(true);
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
        using PeriodicTimer timer = new(ReadOnEvery, Clock);
        while (!duties.IsSole && await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (!duties.Indexes)
            {
                wake.TryWrite(true);
            }
        }
    }

    private async Task OnOutcomesAsync(ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        while (await outcomes.WaitAsync(cancellationToken))
        {
            wake.TryWrite(true);

            // The signal is given until the loop has taken the outcome; the pause keeps the waiting from spinning.
            await Task.Delay(TimeSpan.FromMilliseconds(5), Clock, cancellationToken);
        }
    }
}
