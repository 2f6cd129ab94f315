using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Paymaster.Setup;

namespace Bundler.Node.Commands;

/// <summary>Every configured paymaster as the chain and the ledger have it; or one, by name or address.</summary>
internal static class StatusCommand
{
    /// <returns>Not good when a contract is not there, or owes more than its deposit.</returns>
    public static async Task<int> RunAsync(PaymasterArguments asked, PaymasterDesk desk, TextWriter output)
    {
        string[] names = asked.Paymaster.Length > 0 ? [asked.Paymaster] : [.. desk.Sponsor.Paymasters.Keys];
        if (names.Length == 0)
        {
            throw new CommandFaultException("No paymaster is configured (Bundler:Sponsor:Paymasters); --paymaster ADDRESS looks at any.");
        }

        JsonArray json = [];
        bool isGood = true;
        foreach (string name in names)
        {
            (Address address, EntryPoint entryPoint) = await desk.FindAsync(name, CancellationToken.None);
            Address[] signers = desk.Sponsor.Paymasters.TryGetValue(name, out PaymasterOptions? configured) ? [Address.Parse(configured.Signer)] : [];
            PaymasterState state = await desk.Reader.ReadAsync(address, entryPoint, signers, null, CancellationToken.None);
            (GrantLiability? owed, string? unknown) = await desk.Ledger.ReadAsync(address, CancellationToken.None);
            isGood &= state.CodeHash is not null && (owed is null || owed.Owed <= state.Funds.Deposit);
            json.Add(SetupJson.Of(name, state, owed, unknown));
            if (!asked.Json)
            {
                output.WriteLines(SetupText.Of(name, state, owed, unknown));
            }
        }

        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(json));
        }

        return isGood ? PaymasterExit.Good : PaymasterExit.NotGood;
    }
}
