using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Setup;

namespace Bundler.Node.Commands;

/// <summary>What may leave a deposit, and the transaction that takes it out. Nobody who does not know what is owed gets one.</summary>
internal static class WithdrawPlanCommand
{
    public static async Task<int> RunAsync(PaymasterArguments asked, PaymasterDesk desk, TextWriter output, TextWriter errors)
    {
        (Address address, EntryPoint entryPoint) = await desk.FindAsync(asked.Paymaster, CancellationToken.None);
        PaymasterState state = await desk.Reader.ReadAsync(address, entryPoint, [], null, CancellationToken.None);
        GrantLiability owed = await OwedAsync(asked, desk, address);
        WithdrawalPlan plan = WithdrawalPlan.Of(state, owed, asked.To, asked.Amount, desk.EntryPoints.Select(each => each.Address));
        Address owner = state.Roles?.Owner ?? default;
        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(new JsonObject
            {
                ["address"] = address.ToString(),
                ["chainId"] = state.ChainId,
                ["deposit"] = state.Funds.Deposit.ToString(),
                ["owed"] = SetupJson.Of(owed),
                ["free"] = plan.Free.ToString(),
                ["refusal"] = plan.Refusal,
                ["transactions"] = SetupJson.Transactions(plan.Transactions, owner, state.ChainId),
            }));
        }
        else if (plan.Refusal is null)
        {
            output.WriteLine($"Paymaster {address} on chain {state.ChainId}: deposit {WeiText.Of(state.Funds.Deposit)}, owed {WeiText.Of(owed.Owed)}, free {WeiText.Of(plan.Free)}");
            output.WriteLines(SetupText.Transactions(plan.Transactions, owner));
            output.WriteLine("Note: grants that are made before it is sent are owed too. Stop sponsoring first, or leave enough for them. A database that was restored may lack some.");
        }

        if (plan.Refusal is { } refusal)
        {
            errors.WriteLine($"- Nothing is withdrawn: {refusal}.");
            return PaymasterExit.NotGood;
        }

        CommandOutput.WriteSafe(asked.SafeFile, state.ChainId, owner, $"Paymaster {address}: withdraw", plan.Transactions);
        return PaymasterExit.Good;
    }

    private static async Task<GrantLiability> OwedAsync(PaymasterArguments asked, PaymasterDesk desk, Address paymaster)
    {
        if (asked.Owed is { } said)
        {
            return GrantLiability.None with { Unseen = said };
        }

        (GrantLiability? owed, string? unknown) = await desk.Ledger.ReadAsync(paymaster, CancellationToken.None);
        return owed ?? throw new CommandFaultException($"What its grants may still take is not known: {unknown}. Who knows it says it with --owed.");
    }
}
