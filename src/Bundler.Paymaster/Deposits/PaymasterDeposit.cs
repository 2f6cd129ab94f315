using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Deposits;

/// <summary>What a paymaster of ours has in its EntryPoint, and what its grants may still take of it.</summary>
/// <param name="Paymaster">The contract.</param>
/// <param name="Deposit">wei.</param>
/// <param name="Stake">wei.</param>
/// <param name="UnstakeDelaySec">Seconds; 0 while it is being unlocked.</param>
/// <param name="Liability">wei of its living grants, and of what nobody granted.</param>
/// <param name="At">When it was read.</param>
public sealed record PaymasterDeposit(
    OwnPaymaster Paymaster, UInt256 Deposit, UInt256 Stake, uint UnstakeDelaySec, GrantLiability Liability, DateTimeOffset At)
{
    /// <summary>Why a person should look at it; <c>null</c>: all is well.</summary>
    /// <param name="low">wei below which a deposit is low.</param>
    public string? Trouble(UInt256 low) =>
        Liability.Owed > Deposit ? $"its deposit of {Deposit} wei is less than the {Liability.Owed} wei that its grants, and operations without one, may still take"
        : Deposit < low ? $"its deposit of {Deposit} wei is below {low} wei"
        : null;
}
