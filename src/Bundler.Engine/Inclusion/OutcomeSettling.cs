using Bundler.Engine.Submission;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Takes what became of bundles to the settlement. An outcome leaves its queue when it is settled, so a node or a store that fails in between loses
/// nothing.
/// </summary>
internal sealed class OutcomeSettling(OutcomeQueue outcomes, ChainIndex index, BundleSettlement settlement, BundleRemains remains, EngineMetrics metrics)
{
    private readonly Queue<SubmissionOutcome.Mined> _waiting = [];

    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        while (outcomes.TryPeek(out SubmissionOutcome? outcome))
        {
            await SettleAsync(outcome, cancellationToken);
            outcomes.Done();
            metrics.Settled(outcome);
        }

        // A mined bundle is settled when its block is indexed: only then is it known what it did not include.
        while (_waiting.TryPeek(out SubmissionOutcome.Mined? next) && index.Mark is { } known && known.Number >= next.Receipt.BlockNumber)
        {
            if (remains.IsMissing(next))
            {
                await index.AddMissedAsync(next.Receipt, cancellationToken);
            }

            await settlement.MinedAsync(next, cancellationToken);
            _waiting.Dequeue();
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
}
