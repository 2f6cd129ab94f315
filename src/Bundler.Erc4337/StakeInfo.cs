using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>What the EntryPoint's getDepositInfo says of an address: stake and deposit in wei, the delay in seconds.</summary>
public readonly record struct StakeInfo(Address Address, UInt256 Stake, uint UnstakeDelaySec, UInt256 Deposit)
{
    public static StakeInfo None(Address address) => new(address, UInt256.Zero, 0, UInt256.Zero);
}
