using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// Everything that a wish says, compared with the chain by one pure function each, in the order in which the transactions go. What is not deployed yet is compared with what its
/// constructor will make of it.
/// </summary>
internal static class WishedFacts
{
    /// <summary>What the difference of the owner is called.</summary>
    public const string OwnerName = "owner";

    private const string None = "none";

    private static readonly IReadOnlyList<Func<PaymasterWish, PaymasterState, IEnumerable<PaymasterDifference>>> All =
    [
        EntryPoint, Manager, Ceiling, WishedSigners.Differences, WishedMoney.Deposit, WishedMoney.Stake, Paused,
        Owner, // last: whoever gives the ownership away does the rest first
    ];

    /// <summary>None: the chain is as wished.</summary>
    public static IReadOnlyList<PaymasterDifference> Differences(PaymasterWish wish, PaymasterState state)
    {
        PaymasterDifference? contract = Contract(wish, state);
        return contract is { Refusal: not null } ? [contract] : [.. contract is null ? [] : (PaymasterDifference[])[contract], .. All.SelectMany(fact => fact(wish, state))];
    }

    /// <summary>What the contract says, or will say when it is deployed.</summary>
    public static PaymasterRoles RolesOf(PaymasterWish wish, PaymasterState state) => state.Roles ?? new PaymasterRoles
    {
        EntryPoint = wish.EntryPoint.Address,
        Owner = wish.Owner,
        Manager = wish.Manager,
        Signers = [wish.Signers[0]],
        SignerCount = 1,
        MaxCostPerOperation = wish.MaxCostPerOperation,
    };

    /// <summary>One that the transaction which deploys makes as wished; nothing when it is there already.</summary>
    public static IEnumerable<PaymasterDifference> New(PaymasterState state, string what, string wished) =>
        state.Roles is null ? [new PaymasterDifference(what, None, wished, [])] : [];

    private static PaymasterDifference? Contract(PaymasterWish wish, PaymasterState state)
    {
        PaymasterDifference missing = new("contract", state.CodeHash is { } hash ? state.Contract?.Name ?? $"unknown code, hash {hash}" : None, wish.Contract.Name, []);
        if (state.CodeHash is not null)
        {
            return state.Contract?.Name == wish.Contract.Name ? null : missing with { Refusal = $"the code at {state.Address} is another contract's: name another address" };
        }

        return wish.Address is { } address && address != wish.Computed
            ? missing with { Refusal = $"there is no contract at {address}, and CREATE2 makes this one at {wish.Computed}: leave the address out of the wish to deploy it" }
            : !state.HasDeployer
            ? missing with { Refusal = $"the deterministic deployer {DeterministicDeployer.Address} is not on this chain" }
            : missing with { Transactions = [PaymasterMoves.Deploy(wish)] };
    }

    private static IEnumerable<PaymasterDifference> EntryPoint(PaymasterWish wish, PaymasterState state) =>
        RolesOf(wish, state).EntryPoint is var entryPoint && entryPoint != wish.EntryPoint.Address
            ? [new("EntryPoint", entryPoint.ToString(), wish.EntryPoint.Address.ToString(), [], "the EntryPoint of a contract is for ever: deploy another")]
            : New(state, "EntryPoint", wish.EntryPoint.Address.ToString());

    private static IEnumerable<PaymasterDifference> Manager(PaymasterWish wish, PaymasterState state) =>
        wish.Flavour == PaymasterFlavour.Immutable ? []
        : RolesOf(wish, state).Manager is var manager && manager != wish.Manager
        ? [new("manager", manager.ToString(), wish.Manager.ToString(), [Moves(wish).SetManager(wish.Manager)])]
        : New(state, "manager", wish.Manager.ToString());

    private static IEnumerable<PaymasterDifference> Ceiling(PaymasterWish wish, PaymasterState state)
    {
        UInt256 ceiling = RolesOf(wish, state).MaxCostPerOperation;
        string wished = WeiText.Of(wish.MaxCostPerOperation);
        return ceiling == wish.MaxCostPerOperation ? New(state, "ceiling of an operation", wished)
            : wish.Flavour == PaymasterFlavour.Immutable
            ? [new("ceiling of an operation", WeiText.Of(ceiling), wished, [], "the ceiling of the immutable flavour is for ever: deploy another")]
            : [new("ceiling of an operation", WeiText.Of(ceiling), wished, [Moves(wish).SetCeiling(wish.MaxCostPerOperation, wish.MaxCostPerOperation < ceiling)])];
    }

    /// <summary>No plan ends a pause: who paused had a reason that the chain does not tell.</summary>
    private static IEnumerable<PaymasterDifference> Paused(PaymasterWish wish, PaymasterState state) =>
        RolesOf(wish, state).Paused ? [new("paused", "yes", "no", [])] : [];

    private static IEnumerable<PaymasterDifference> Owner(PaymasterWish wish, PaymasterState state)
    {
        PaymasterRoles roles = RolesOf(wish, state);
        return roles.Owner == wish.Owner ? New(state, OwnerName, wish.Owner.ToString())
            : roles.PendingOwner == wish.Owner ? [new(OwnerName, $"{roles.Owner}, offered to {wish.Owner}", wish.Owner.ToString(), [Moves(wish).TakeOwnership()])]
            : [new(OwnerName, roles.Owner.ToString(), wish.Owner.ToString(), [Moves(wish).OfferOwnership(wish.Owner)])];
    }

    private static PaymasterMoves Moves(PaymasterWish wish) => new(wish.Contract, wish.Place);
}
