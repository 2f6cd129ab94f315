namespace Bundler.Erc4337;

/// <summary>The ERC's table of constants. MIN_STAKE_VALUE is a chain's matter; what counts in blocks is made seconds by the chain's profile.</summary>
public static class Erc7562Constants
{
    /// <summary>MIN_UNSTAKE_DELAY, seconds.</summary>
    public const uint MinUnstakeDelaySeconds = 86_400;

    /// <summary>SAME_SENDER_MEMPOOL_COUNT.</summary>
    public const int SameSenderMempoolCount = 4;

    /// <summary>SAME_UNSTAKED_ENTITY_MEMPOOL_COUNT.</summary>
    public const int SameUnstakedEntityMempoolCount = 10;

    /// <summary>THROTTLED_ENTITY_MEMPOOL_COUNT.</summary>
    public const int ThrottledEntityMempoolCount = 4;

    /// <summary>THROTTLED_ENTITY_LIVE_BLOCKS.</summary>
    public const int ThrottledEntityLiveBlocks = 10;

    /// <summary>THROTTLED_ENTITY_BUNDLE_COUNT.</summary>
    public const int ThrottledEntityBundleCount = 4;

    /// <summary>MIN_INCLUSION_RATE_DENOMINATOR.</summary>
    public const ulong MinInclusionRateDenominator = 10;

    /// <summary>THROTTLING_SLACK.</summary>
    public const ulong ThrottlingSlack = 10;

    /// <summary>BAN_SLACK.</summary>
    public const ulong BanSlack = 50;

    /// <summary>BAN_OPS_SEEN_PENALTY.</summary>
    public const ulong BanOpsSeenPenalty = 10_000;

    /// <summary>MAX_OPS_ALLOWED_UNSTAKED_ENTITY.</summary>
    public const ulong MaxOpsAllowedUnstakedEntity = 10_000;

    /// <summary>PRE_VERIFICATION_OVERHEAD_GAS.</summary>
    public const ulong PreVerificationOverheadGas = 50_000;

    /// <summary>MAX_VERIFICATION_GAS.</summary>
    public const uint MaxVerificationGas = 500_000;

    /// <summary>MAX_USEROP_SIZE, bytes.</summary>
    public const int MaxUserOpSize = 8_192;

    /// <summary>MAX_CONTEXT_SIZE, bytes.</summary>
    public const int MaxContextSize = 2_048;

    /// <summary>MAX_BUNDLE_SIZE, bytes.</summary>
    public const int MaxBundleSize = 262_144;

    /// <summary>MAX_BUNDLE_CONTEXT_SIZE, bytes.</summary>
    public const int MaxBundleContextSize = 65_536;

    /// <summary>VALIDATION_GAS_SLACK.</summary>
    public const uint ValidationGasSlack = 4_000;

    /// <summary>The farthest a slot may lie behind keccak(A‖x) and still be associated with A.</summary>
    public const int AssociatedSlotRange = 128;
}
