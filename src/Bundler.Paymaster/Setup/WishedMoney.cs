using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>Deposit and stake of a wish, compared with what the EntryPoint has. Both are what there should be at least: a plan takes nothing out.</summary>
internal static class WishedMoney
{
    public static IEnumerable<PaymasterDifference> Deposit(PaymasterWish wish, PaymasterState state) =>
        state.Funds.Deposit < wish.Deposit
            ? [new("deposit", WeiText.Of(state.Funds.Deposit), $"at least {WeiText.Of(wish.Deposit)}", [Moves(wish).Deposit(wish.Deposit - state.Funds.Deposit)])]
            : [];

    public static IEnumerable<PaymasterDifference> Stake(PaymasterWish wish, PaymasterState state)
    {
        PaymasterFunds funds = state.Funds;
        if (wish.Stake.IsZero || (funds.IsStaked && funds.Stake >= wish.Stake && funds.UnstakeDelaySec >= wish.UnstakeDelaySec))
        {
            return [];
        }

        // The EntryPoint refuses a delay that is shorter than the one before.
        uint delaySec = Math.Max(wish.UnstakeDelaySec, funds.UnstakeDelaySec);
        UInt256 missing = funds.Stake < wish.Stake ? wish.Stake - funds.Stake : UInt256.Zero;
        return
        [
            new("stake", TextOf(funds), $"at least {WeiText.Of(wish.Stake)}, unstake delay {wish.UnstakeDelaySec} s", [Moves(wish).Stake(missing, delaySec)]),
        ];
    }

    /// <summary>For people.</summary>
    public static string TextOf(PaymasterFunds funds) =>
        funds.Stake.IsZero ? "none"
        : $"{WeiText.Of(funds.Stake)}, {(funds.IsStaked ? $"unstake delay {funds.UnstakeDelaySec} s" : $"unlocked, may leave from {funds.WithdrawTime} (unix time)")}";

    private static PaymasterMoves Moves(PaymasterWish wish) => new(wish.Contract, wish.Place);
}
