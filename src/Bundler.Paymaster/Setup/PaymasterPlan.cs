using Bundler.Contracts;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// From what the chain says to what is wished: what changes, and the transactions that change it. Pure: no key is needed, nothing is signed. Only what is missing is planned, so that a plan made
/// again after the first was executed has nothing to do.
/// </summary>
public sealed record PaymasterPlan
{
    /// <summary>Who sends: the owner, who may send all of them.</summary>
    public required Address From { get; init; }

    /// <summary>The paymaster.</summary>
    public required Address Address { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>None: all is as wished.</summary>
    public required IReadOnlyList<PaymasterDifference> Differences { get; init; }

    /// <summary>In this order, together or one by one; none where something is refused.</summary>
    public required IReadOnlyList<PlannedTransaction> Transactions { get; init; }

    /// <summary>Of the contract that is deployed; <c>null</c>: it is there already.</summary>
    public Bytes? ConstructorArguments { get; init; }

    /// <summary>What a person should know besides.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Why there is no plan.</summary>
    public IEnumerable<string> Refusals => Differences.Select(difference => difference.Refusal).OfType<string>();

    /// <param name="wish">Without <see cref="PaymasterWish.Faults"/>.</param>
    /// <param name="state">Of <see cref="PaymasterWish.Place"/>.</param>
    public static PaymasterPlan Of(PaymasterWish wish, PaymasterState state)
    {
        IReadOnlyList<PaymasterDifference> differences = WishedFacts.Differences(wish, state);
        PlannedTransaction[] all = [.. differences.SelectMany(difference => difference.Transactions)];

        // Two owners would have to sign: first the one to whom the contract is offered takes it, then the next plan is his.
        PlannedTransaction[] taking = [.. all.Where(transaction => transaction.By == PlannedSender.NewOwner)];
        return new PaymasterPlan
        {
            From = taking.Length > 0 ? wish.Owner : state.Roles?.Owner ?? wish.Owner,
            Address = wish.Place,
            ChainId = state.ChainId,
            ConstructorArguments = state.CodeHash is null ? wish.ConstructorArguments : null,
            Differences = differences,
            Transactions = differences.Any(difference => difference.Refusal is not null) ? [] : taking.Length > 0 ? taking : all,
            Remarks = [.. RemarksOn(wish, state, differences)],
        };
    }

    private static IEnumerable<string> RemarksOn(PaymasterWish wish, PaymasterState state, IReadOnlyList<PaymasterDifference> differences)
    {
        if (!state.OwnerHasCode)
        {
            yield return $"The owner {state.Roles?.Owner ?? wish.Owner} has no code on this chain: it is a single key, no Safe.";
        }

        if (state.Roles is { Paused: true })
        {
            yield return "The contract is paused. No plan ends a pause: that is for the owner to decide (unpause).";
        }

        if (wish.Flavour == PaymasterFlavour.Set && differences.Any(difference => difference.Transactions.Any(IsRemoval)))
        {
            yield return "Grants of a signer that is removed are refused from that block on; rotate-signer waits until none lives.";
        }

        if (differences.Any(difference => difference.What == WishedFacts.OwnerName && difference.Transactions.Any(transaction => transaction.By == PlannedSender.Owner)))
        {
            yield return $"The ownership is {wish.Owner}'s when it has taken it: make the plan again then.";
        }

        if (wish.Address is null)
        {
            yield return $"Write \"address\": \"{wish.Computed}\" into the wish once it is deployed: a later change of owner, manager, first signer or ceiling would name another address.";
        }
    }

    private static bool IsRemoval(PlannedTransaction transaction) => ContractArtifact.NodeVerifyingPaymasterV07.Abi.Function("removeSigner").Matches(transaction.Data);
}
