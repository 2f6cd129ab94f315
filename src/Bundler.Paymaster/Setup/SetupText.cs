using System.Globalization;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Setup;

/// <summary>Plans and states for people, line by line.</summary>
public static class SetupText
{
    private const int Column = 26;
    private const int ShownBytes = 100;

    /// <summary>What changes, and the transactions that change it.</summary>
    public static IEnumerable<string> Of(PaymasterPlan plan)
    {
        yield return $"Paymaster {plan.Address} on chain {plan.ChainId}";
        foreach (string line in Differences(plan.Differences))
        {
            yield return line;
        }

        foreach (string line in Transactions(plan.Transactions, plan.From))
        {
            yield return line;
        }

        if (plan.Transactions.Count == 0 && !plan.Refusals.Any())
        {
            yield return "Nothing to do.";
        }

        foreach (string remark in plan.Remarks)
        {
            yield return $"Note: {remark}";
        }
    }

    /// <summary>Each with what is on the chain and what is wished.</summary>
    public static IEnumerable<string> Differences(IReadOnlyList<PaymasterDifference> differences)
    {
        foreach (PaymasterDifference difference in differences)
        {
            yield return $"  {difference.What.PadRight(Column)}{difference.Is} -> {difference.Wished}";
            if (difference.Refusal is { } refusal)
            {
                yield return $"  {"".PadRight(Column)}refused: {refusal}";
            }
        }
    }

    /// <summary>In their order; long data only as far as it says anything to people.</summary>
    public static IEnumerable<string> Transactions(IReadOnlyList<PlannedTransaction> transactions, Address from)
    {
        if (transactions.Count > 0)
        {
            yield return $"To be sent by {from}, in this order:";
        }

        for (int i = 0; i < transactions.Count; i++)
        {
            PlannedTransaction transaction = transactions[i];
            string who = transaction.By switch
            {
                PlannedSender.Anybody => " (anybody may)",
                PlannedSender.OwnerOrManager => " (the manager may too)",
                _ => "",
            };
            yield return $"  {i + 1}. {transaction.Title}{who}";
            yield return $"     to {transaction.To}, value {transaction.Value}, data {Short(transaction.Data)}";
        }
    }

    /// <summary>A paymaster as the chain and the ledger have it.</summary>
    /// <param name="name">Its place in the configuration.</param>
    /// <param name="state">On the chain.</param>
    /// <param name="owed">In the ledger; <c>null</c>: nobody knows.</param>
    /// <param name="unknown">Why nobody does.</param>
    public static IEnumerable<string> Of(string name, PaymasterState state, GrantLiability? owed, string? unknown)
    {
        yield return $"{name}: paymaster {state.Address} on chain {state.ChainId}, block {state.Block}";
        yield return Line("contract", state.CodeHash is null ? "none" : state.Contract?.Name ?? "none of ours");
        yield return Line("code hash", state.CodeHash?.ToString() ?? "none");
        if (state.Roles is { } roles)
        {
            yield return Line("EntryPoint", roles.EntryPoint.ToString());
            yield return Line("owner", $"{roles.Owner}{(state.OwnerHasCode ? "" : " (a single key: no code)")}{(roles.PendingOwner.IsZero ? "" : $", offered to {roles.PendingOwner}")}");
            yield return Line("manager", roles.Manager.IsZero ? "nobody" : roles.Manager.ToString());
            yield return Line("signers", $"{roles.SignerCount}: {string.Join(", ", roles.Signers)}{(roles.Signers.Count < roles.SignerCount ? ", and others that the logs do not name" : "")}");
            yield return Line("offered signer", roles.OfferedSigner.IsZero ? "none" : roles.OfferedSigner.ToString());
            yield return Line("paused", roles.Paused ? "yes" : "no");
            yield return Line("ceiling of an operation", WeiText.Of(roles.MaxCostPerOperation));
        }

        yield return Line("deposit", WeiText.Of(state.Funds.Deposit));
        yield return Line("stake", WishedMoney.TextOf(state.Funds));
        yield return Line("owed", owed is null
            ? $"unknown: {unknown}"
            : string.Create(CultureInfo.InvariantCulture, $"{WeiText.Of(owed.Owed)}: {owed.Reserved} reserved, {owed.Unseen} signed and in no pool of ours, {owed.Seen} in the pool, {owed.Ungranted} in the pool without a grant"));
    }

    private static string Line(string what, string text) => $"  {what.PadRight(Column)}{text}";

    private static string Short(Bytes data) => data.Length <= ShownBytes ? data.ToString() : $"{data.Slice(0, ShownBytes)}... ({data.Length} bytes, all of them with --json)";
}
