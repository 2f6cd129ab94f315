using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>The numbers that the <see cref="SubmissionMachine"/> goes by; all times are durations, never blocks.</summary>
public sealed record SubmissionPolicy
{
    /// <summary>A version that is not mined by then is replaced, or sent again when its price cannot rise.</summary>
    public required TimeSpan ReplaceAfter { get; init; }

    /// <summary>From the first acceptance by a node; then the bundle is cancelled.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>At most this many versions follow the first.</summary>
    public required int MaxReplacements { get; init; }

    /// <summary>At most this many cancellations are signed; the last is sent again until the nonce is settled.</summary>
    public required int MaxCancellations { get; init; }

    /// <summary>Each version's fees exceed the last by at least this.</summary>
    public required int PriceBumpPercent { get; init; }

    /// <summary>No cancellation pays more, wei per gas, unless the bundle itself did.</summary>
    public required UInt256 MaxCancellationFee { get; init; }

    /// <summary>A refusal that nobody understands is tried again so often.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The pause before the first retry; each further one doubles it.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A pool that is full is asked again so soon each time: it says nothing of the price.</summary>
    public TimeSpan PoolFullPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What nobody answered is sent again at least so often: whatever is in flight behind it waits for it.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Receipts are asked again after this time even without a new head.</summary>
    public TimeSpan AskAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most bundles are mined within a block or two; only later ones are worth asking for the account's nonce.</summary>
    public TimeSpan AskNonceAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A node's receipts may lag behind its nonce, and a node may err: a foreign transaction is believed in after this time.</summary>
    public TimeSpan NonceGrace { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A gap before our nonce is filled after this time.</summary>
    public TimeSpan GapGrace { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A version that the node took, but has lost from its pool, is sent again after this time; it takes no time from its replacement.</summary>
    public TimeSpan BringBackAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>No larger gap is filled.</summary>
    public int MaxGap { get; init; } = 16;

    /// <summary>A signer rests so long after a bundle that no node would take: the next one may well meet the same refusal.</summary>
    public TimeSpan RefusedRest { get; init; } = TimeSpan.FromSeconds(5);

    public static SubmissionPolicy From(SubmissionOptions options, ChainProfile chain) => new()
    {
        // Where blocks are slow, nothing can be said of a version before it has had a few of them.
        ReplaceAfter = TimeSpan.FromSeconds(Math.Max(options.ReplaceAfterSeconds, options.ReplaceAfterBlockTimes * chain.BlockTimeSeconds)),
        Deadline = TimeSpan.FromSeconds(Math.Max(options.DeadlineSeconds, 4 * options.ReplaceAfterBlockTimes * chain.BlockTimeSeconds)),
        MaxReplacements = options.MaxReplacements,
        MaxCancellations = options.MaxCancellations,
        PriceBumpPercent = options.PriceBumpPercent,
        MaxCancellationFee = (UInt256)options.MaxCancellationFeeWei,
    };
}
