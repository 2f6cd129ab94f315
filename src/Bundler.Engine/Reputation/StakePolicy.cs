using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Reputation;

/// <summary>SREP-010: what counts as staked on this chain.</summary>
public sealed class StakePolicy(ChainProfile chain)
{
    /// <summary>MIN_STAKE_VALUE, wei.</summary>
    public UInt256 MinimumStake => chain.MinStakeWei;

    /// <summary>MIN_UNSTAKE_DELAY, seconds.</summary>
    public uint MinimumUnstakeDelay => chain.MinUnstakeDelaySeconds;

    /// <summary>Enough stake, locked for long enough.</summary>
    public bool IsStaked(StakeInfo info) => info.Stake >= MinimumStake && info.UnstakeDelaySec >= MinimumUnstakeDelay;

    /// <summary>There is a stake, but too little of it or for too short: the entity means to be staked and is not (-32505).</summary>
    public bool IsStakedTooLow(StakeInfo info) => !IsStaked(info) && (!info.Stake.IsZero || info.UnstakeDelaySec > 0);
}
