using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Submission;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>Heads and outcomes of bundles, one at a time, into the index and the settlement.</summary>
internal sealed class InclusionLoop(
    HeadFeed heads, OutcomeQueue outcomes, ChainIndex index, Settlement settlement, ILogger<InclusionLoop> logger, TimeProvider clock)
    : EngineLoop<object>(logger, clock)
{
    private readonly Queue<SubmissionOutcome.Mined> _waiting = [];

    protected override async Task PrepareAsync(CancellationToken cancellationToken) =>
        await index.StartAsync(await heads.CurrentAsync(cancellationToken), cancellationToken);

    protected override async IAsyncEnumerable<object> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<object> merged = Channel.CreateBounded<object>(new BoundedChannelOptions(16) { SingleReader = true });
        Task[] pumps =
        [
            PumpAsync(heads.ReadAsync(ending.Token), merged.Writer, ending.Token),
            PumpAsync(outcomes.ReadAllAsync(ending.Token), merged.Writer, ending.Token),
        ];
        try
        {
            await foreach (object item in merged.Reader.ReadAllAsync(ending.Token))
            {
                yield return item;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(pumps).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    protected override async Task StepAsync(object item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case ChainHead head:
                await index.CheckForkAsync(head, cancellationToken);
                await index.CatchUpAsync(head.Number, cancellationToken);
                break;
            case SubmissionOutcome.Sent sent:
                await settlement.SentAsync(sent, cancellationToken);
                break;
            case SubmissionOutcome.Mined mined:
                _waiting.Enqueue(mined);
                await index.CatchUpAsync(mined.Receipt.BlockNumber, cancellationToken);
                break;
            case SubmissionOutcome.Abandoned abandoned:
                settlement.Abandoned(abandoned);
                break;
            default:
                break;
        }

        while (_waiting.TryPeek(out SubmissionOutcome.Mined? next) && index.Mark is { } mark && mark.Number >= next.Receipt.BlockNumber)
        {
            settlement.Mined(_waiting.Dequeue());
        }
    }

    private static async Task PumpAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<object> target, CancellationToken cancellationToken)
        where T : notnull
    {
        await foreach (T item in source.WithCancellation(cancellationToken))
        {
            await target.WriteAsync(item, cancellationToken);
        }
    }
}
