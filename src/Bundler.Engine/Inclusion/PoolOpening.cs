using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>When restored operations may be validated: the index has reached the head, and what reverted at the end of the last life is judged.</summary>
internal sealed class PoolOpening(ChainIndex index, UnjudgedBundles unjudged, PoolChanges changes, Duties duties, ILogger<PoolOpening> logger)
{
    private Fence[] _keys = [];

    /// <summary>Opens if it is time, and tells those who validate what the index has changed.</summary>
    public async Task LookAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (!changes.IsOpen && index.Mark is { } mark && mark.Number >= head.Number)
        {
            await unjudged.JudgeAsync(cancellationToken);
            logger.CaughtUp(mark.Number);
            changes.Open();
        }
        else if (changes.IsOpen && !duties.IsSole && duties.Signers.Values.ToArray() is var keys && !keys.SequenceEqual(_keys))
        {
            // What reverted when its node ended is judged by whoever has the key now.
            await unjudged.JudgeAsync(cancellationToken);
            _keys = keys;
        }

        changes.Wake();
    }
}
