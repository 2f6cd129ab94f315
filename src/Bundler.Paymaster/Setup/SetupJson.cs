using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Setup;

/// <summary>The same for programs. Amounts of states are wei as text; transactions are as eth_sendTransaction takes them, without what only a signer knows: nonce, gas, fees.</summary>
public static class SetupJson
{
    public static JsonObject Of(PaymasterPlan plan) => new()
    {
        ["address"] = plan.Address.ToString(),
        ["chainId"] = plan.ChainId,
        ["constructorArguments"] = plan.ConstructorArguments?.ToString(),
        ["differences"] = Differences(plan.Differences),
        ["transactions"] = Transactions(plan.Transactions, plan.From, plan.ChainId),
        ["remarks"] = new JsonArray([.. plan.Remarks.Select(remark => JsonValue.Create(remark))]),
    };

    public static JsonArray Differences(IReadOnlyList<PaymasterDifference> differences) => new(
    [
        .. differences.Select(difference => new JsonObject
        {
            ["what"] = difference.What,
            ["is"] = difference.Is,
            ["wished"] = difference.Wished,
            ["refusal"] = difference.Refusal,
        }),
    ]);

    public static JsonArray Transactions(IReadOnlyList<PlannedTransaction> transactions, Address from, ulong chainId) => new(
    [
        .. transactions.Select(transaction => new JsonObject
        {
            ["title"] = transaction.Title,
            ["by"] = transaction.By switch
            {
                PlannedSender.Anybody => "anybody",
                PlannedSender.Owner => "owner",
                PlannedSender.OwnerOrManager => "ownerOrManager",
                _ => "newOwner",
            },
            ["transaction"] = new JsonObject
            {
                ["chainId"] = ((UInt256)chainId).ToQuantity(),
                ["from"] = from.ToString(),
                ["to"] = transaction.To.ToString(),
                ["value"] = transaction.Value.ToQuantity(),
                ["data"] = transaction.Data.ToString(),
            },
        }),
    ]);

    public static JsonObject Of(string name, PaymasterState state, GrantLiability? owed, string? unknown)
    {
        JsonObject json = new()
        {
            ["name"] = name,
            ["address"] = state.Address.ToString(),
            ["chainId"] = state.ChainId,
            ["block"] = state.Block,
            ["contract"] = state.Contract?.Name,
            ["codeHash"] = state.CodeHash?.ToString(),
            ["deposit"] = state.Funds.Deposit.ToString(),
            ["stake"] = state.Funds.Stake.ToString(),
            ["staked"] = state.Funds.IsStaked,
            ["unstakeDelaySec"] = state.Funds.UnstakeDelaySec,
            ["withdrawTime"] = state.Funds.WithdrawTime,
            ["roles"] = state.Roles is { } roles ? Of(roles, state.OwnerHasCode) : null,
            ["owed"] = owed is null ? null : Of(owed),
        };
        if (unknown is not null)
        {
            json["owedUnknown"] = unknown;
        }

        return json;
    }

    public static JsonObject Of(GrantLiability owed) => new()
    {
        ["total"] = owed.Owed.ToString(),
        ["reserved"] = owed.Reserved.ToString(),
        ["unseen"] = owed.Unseen.ToString(),
        ["seen"] = owed.Seen.ToString(),
        ["ungranted"] = owed.Ungranted.ToString(),
    };

    private static JsonObject Of(PaymasterRoles roles, bool ownerHasCode) => new()
    {
        ["entryPoint"] = roles.EntryPoint.ToString(),
        ["owner"] = roles.Owner.ToString(),
        ["ownerHasCode"] = ownerHasCode,
        ["pendingOwner"] = Named(roles.PendingOwner),
        ["manager"] = Named(roles.Manager),
        ["signers"] = new JsonArray([.. roles.Signers.Select(signer => JsonValue.Create(signer.ToString()))]),
        ["signerCount"] = roles.SignerCount,
        ["offeredSigner"] = Named(roles.OfferedSigner),
        ["paused"] = roles.Paused,
        ["maxCostPerOperation"] = roles.MaxCostPerOperation.ToString(),
    };

    private static string? Named(Address address) => address.IsZero ? null : address.ToString();
}
