using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;

namespace Bundler.Engine.Inclusion;

/// <summary>Of a fleet's nodes one writes the index; the others read how far it is, and what it has found.</summary>
internal sealed partial class ChainIndex
{
    /// <summary>Takes the index up where it was left, if it has come to this node, or reads on in what another node writes.</summary>
    public Task FollowDutiesAsync(ChainHead head, CancellationToken cancellationToken)
    {
        Fence? fence = duties.Find(DutyNames.Index);
        if (fence is null)
        {
            _fence = null;
            return ReadOnAsync(cancellationToken);
        }

        return fence == _fence ? Task.CompletedTask : StartAsync(head, cancellationToken);
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        BlockMark? known = await store.HighestBlockAsync(cancellationToken);
        BlockMark? before = Mark;
        if (known is null || known == before)
        {
            return;
        }

        if (before is not null && known.Number > before.Number)
        {
            await writer.NoteWrittenAsync(before.Number + 1, cancellationToken);
        }
        else if (before is not null)
        {
            await retreat.NoteGoneBackAsync(cancellationToken);
        }

        Volatile.Write(ref _mark, known);
    }
}
