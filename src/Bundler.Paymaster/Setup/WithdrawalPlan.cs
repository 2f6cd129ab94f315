using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// Checklist row 19: what leaves a deposit while grants are out makes their operations fail (AA31), and who makes bundles fail is banned. So nothing is planned that leaves less than what is owed.
/// </summary>
/// <param name="Transactions">None where it is refused.</param>
/// <param name="Refusal">Why not; <c>null</c>: it is planned.</param>
/// <param name="Free">wei that nobody is owed.</param>
public sealed record WithdrawalPlan(IReadOnlyList<PlannedTransaction> Transactions, string? Refusal, UInt256 Free)
{
    /// <param name="state">Of the paymaster.</param>
    /// <param name="owed">What its living grants may still take.</param>
    /// <param name="to">Who gets it.</param>
    /// <param name="amount">wei; <c>null</c>: all that nobody is owed.</param>
    /// <param name="entryPoints">What is sent to one of them becomes its own deposit, which nobody can take out.</param>
    public static WithdrawalPlan Of(PaymasterState state, GrantLiability owed, Address to, UInt256? amount, params IEnumerable<Address> entryPoints)
    {
        UInt256 deposit = state.Funds.Deposit;
        UInt256 free = deposit > owed.Owed ? deposit - owed.Owed : UInt256.Zero;
        UInt256 wei = amount ?? free;
        string? refusal = state.Contract is null ? $"{state.Address} is none of our contracts: withdraw from it as its own papers say"
            : to.IsZero ? "the zero address gets nothing"
            : to == state.Address || entryPoints.Contains(to) ? $"what {to} gets nobody can take out again"
            : wei.IsZero ? $"there is nothing to withdraw: of the deposit of {WeiText.Of(deposit)} {Owed(owed)}"
            : wei > deposit ? $"the deposit is {WeiText.Of(deposit)}"
            : wei > free ? $"of the deposit of {WeiText.Of(deposit)} {Owed(owed)}; at most {WeiText.Of(free)} may leave now"
            : null;
        return new WithdrawalPlan(refusal is null ? [new PaymasterMoves(state.Contract!, state.Address).Withdraw(to, wei)] : [], refusal, free);
    }

    private static string Owed(GrantLiability owed) =>
        $"{WeiText.Of(owed.Owed)} may still be taken: {owed.Reserved} wei reserved, {owed.Unseen} wei signed and in no pool of ours, {owed.Seen} wei in the pool"
        + (owed.Ungranted.IsZero ? "" : $", {owed.Ungranted} wei in the pool without a grant of this ledger");
}
