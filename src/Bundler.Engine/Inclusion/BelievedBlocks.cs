using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>The next blocks of the chain as the node tells them, after a second look at what ends operations of ours.</summary>
internal sealed class BelievedBlocks(EventReader reader, InclusionWitness witness, Doubts doubts, IOptions<InclusionOptions> options)
{
    /// <summary>
    /// The blocks behind a number, as many as are read at once; <c>null</c> when the chain moved under the reading, the node lags behind the head it
    /// announced, or it told what cannot be true: the next head asks again.
    /// </summary>
    public async Task<IReadOnlyList<ReadBlock>?> AfterAsync(ulong number, ulong to, CancellationToken cancellationToken)
    {
        ulong until = Math.Min(to, number + (ulong)options.Value.BlocksPerRequest);
        IReadOnlyList<ReadBlock>? blocks = await reader.ReadAsync(number + 1, until, cancellationToken);
        if (blocks is not null && await witness.FindLieAsync(blocks, cancellationToken) is { } lie)
        {
            doubts.Tell(lie);
            return null;
        }

        return blocks;
    }
}
