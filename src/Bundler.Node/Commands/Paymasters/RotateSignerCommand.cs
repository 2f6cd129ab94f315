using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Setup;

namespace Bundler.Node.Commands;

/// <summary>The next step from one signer to another; asked again after each, to its end.</summary>
internal static class RotateSignerCommand
{
    public static async Task<int> RunAsync(PaymasterArguments asked, PaymasterDesk desk, TextWriter output, TextWriter errors)
    {
        (Address address, EntryPoint entryPoint) = await desk.FindAsync(asked.Paymaster, CancellationToken.None);
        PaymasterState state = await desk.Reader.ReadAsync(address, entryPoint, [asked.From, asked.To], null, CancellationToken.None);
        RotationWish wish = new(asked.From, asked.To, asked.IsIncident, asked.SwitchedAt, desk.LongestGrantSeconds);
        SignerRotation rotation = SignerRotation.Of(wish, state);
        Address owner = state.Roles?.Owner ?? default;
        if (rotation.Phase == RotationPhase.Refused)
        {
            errors.WriteLine($"- {rotation.Sentence}.");
            return PaymasterExit.NotGood;
        }

        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(new JsonObject
            {
                ["address"] = address.ToString(),
                ["chainId"] = state.ChainId,
                ["phase"] = Word(rotation.Phase),
                ["next"] = rotation.Sentence,
                ["transactions"] = SetupJson.Transactions(rotation.Transactions, owner, state.ChainId),
            }));
        }
        else
        {
            output.WriteLine($"Paymaster {address} on chain {state.ChainId}: signer {asked.From} -> {asked.To}");
            output.WriteLines(SetupText.Transactions(rotation.Transactions, owner));
            output.WriteLine(rotation.Sentence);
        }

        CommandOutput.WriteSafe(asked.SafeFile, state.ChainId, owner, $"Paymaster {address}: change a signer", rotation.Transactions);
        return PaymasterExit.Good;
    }

    private static string Word(RotationPhase phase) => phase switch
    {
        RotationPhase.Add => "add",
        RotationPhase.Switch => "switch",
        RotationPhase.Wait => "wait",
        RotationPhase.Remove => "remove",
        _ => "done",
    };
}
