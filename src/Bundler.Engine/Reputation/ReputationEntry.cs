using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Reputation;

/// <summary>What the counters of an entity say (ERC-7562).</summary>
public enum ReputationStatus
{
    Ok,
    Throttled,
    Banned,
}

/// <summary>The counters of one address at one EntryPoint.</summary>
public readonly record struct ReputationEntry(Address Address, ulong OpsSeen, ulong OpsIncluded)
{
    /// <summary>The status by the ERC's formula: banned when opsSeen ÷ 10 exceeds opsIncluded + 50, throttled when it exceeds + 10.</summary>
    public ReputationStatus Status(ReputationConstants constants)
    {
        ulong minimum = OpsSeen / constants.MinInclusionRateDenominator;
        return minimum > OpsIncluded + constants.BanSlack ? ReputationStatus.Banned
            : minimum > OpsIncluded + constants.ThrottlingSlack ? ReputationStatus.Throttled
            : ReputationStatus.Ok;
    }

    /// <summary>These counters, changed by what lies between two others.</summary>
    public ReputationEntry Plus(ReputationEntry before, ReputationEntry after) =>
        this with { OpsSeen = Shift(OpsSeen, before.OpsSeen, after.OpsSeen), OpsIncluded = Shift(OpsIncluded, before.OpsIncluded, after.OpsIncluded) };

    /// <summary>The hourly decay: both counters × 23 ÷ 24.</summary>
    public ReputationEntry Decayed() => this with { OpsSeen = OpsSeen * 23 / 24, OpsIncluded = OpsIncluded * 23 / 24 };

    private static ulong Shift(ulong counter, ulong before, ulong after) =>
        after >= before ? counter + (after - before) : counter - Math.Min(counter, before - after);

    /// <summary>UREP-020: how many pending operations an unstaked paymaster may have.</summary>
    public ulong UnstakedAllowance(ReputationConstants constants)
    {
        ulong rateTimesIncluded = OpsSeen == 0 ? 0 : (ulong)((UInt128)OpsIncluded * Math.Min(OpsIncluded, constants.MaxOpsAllowedUnstakedEntity) / OpsSeen);
        return constants.SameUnstakedEntityMempoolCount + rateTimesIncluded;
    }
}

/// <summary>The reputation constants of ERC-7562, with the ERC's names; the defaults are the ERC's.</summary>
public sealed record ReputationConstants
{
    public ulong MinInclusionRateDenominator { get; init; } = 10;

    public ulong ThrottlingSlack { get; init; } = 10;

    public ulong BanSlack { get; init; } = 50;

    public ulong BanOpsSeenPenalty { get; init; } = 10_000;

    public ulong MaxOpsAllowedUnstakedEntity { get; init; } = 10_000;

    public ulong SameUnstakedEntityMempoolCount { get; init; } = 10;

    public ulong SameSenderMempoolCount { get; init; } = 4;

    public ulong ThrottledEntityMempoolCount { get; init; } = 4;

    public ulong ThrottledEntityBundleCount { get; init; } = 4;

    /// <summary>Blocks; turned into seconds with the chain's block time.</summary>
    public ulong ThrottledEntityLiveBlocks { get; init; } = 10;
}
