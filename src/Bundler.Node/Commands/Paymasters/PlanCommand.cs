using System.Text.Json.Nodes;
using Bundler.Paymaster.Setup;

namespace Bundler.Node.Commands;

/// <summary>plan and verify: the same look at the chain by the same wish. The one says what has to be sent, the other whether anything has to be.</summary>
internal static class PlanCommand
{
    public static async Task<int> RunAsync(PaymasterArguments asked, PaymasterDesk desk, TextWriter output, TextWriter errors)
    {
        PaymasterWish wish = Read(asked.WishFile, desk);
        PaymasterPlan plan = PaymasterPlan.Of(wish, await desk.Reader.ReadAsync(wish.Place, wish.EntryPoint, wish.Signers, wish.Owner, CancellationToken.None));
        return asked.Verb == PaymasterArguments.Verify ? Verify(asked, plan, output) : Plan(asked, plan, output, errors);
    }

    private static int Plan(PaymasterArguments asked, PaymasterPlan plan, TextWriter output, TextWriter errors)
    {
        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(SetupJson.Of(plan)));
        }
        else
        {
            output.WriteLines(SetupText.Of(plan));
        }

        CommandOutput.WriteSafe(asked.SafeFile, plan.ChainId, plan.From, $"Paymaster {plan.Address}", plan.Transactions);
        errors.WriteLines(plan.Refusals.Select(refusal => $"- There is no plan: {refusal}."));
        return plan.Refusals.Any() ? PaymasterExit.NotGood : PaymasterExit.Good;
    }

    private static int Verify(PaymasterArguments asked, PaymasterPlan plan, TextWriter output)
    {
        bool isAsWished = plan.Differences.Count == 0;
        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(new JsonObject
            {
                ["address"] = plan.Address.ToString(),
                ["chainId"] = plan.ChainId,
                ["asWished"] = isAsWished,
                ["differences"] = SetupJson.Differences(plan.Differences),
            }));
        }
        else
        {
            output.WriteLine($"Paymaster {plan.Address} on chain {plan.ChainId} is {(isAsWished ? "as wished." : "not as wished:")}");
            output.WriteLines(SetupText.Differences(plan.Differences));
        }

        return isAsWished ? PaymasterExit.Good : PaymasterExit.NotGood;
    }

    private static PaymasterWish Read(string file, PaymasterDesk desk)
    {
        // A device has no length and may have no end.
        char[] text = new char[WishFile.MaxBytes + 1];
        using StreamReader reader = File.OpenText(file);
        int length = reader.ReadBlock(text);
        if (length > WishFile.MaxBytes)
        {
            throw new CommandFaultException($"The wish {file} is longer than {WishFile.MaxBytes} bytes.");
        }

        (PaymasterWish? wish, IReadOnlyList<string> faults) = WishFile.Parse(new string(text, 0, length), desk.Defaults);
        return wish ?? throw new CommandFaultException([.. faults.Select(fault => $"The wish {file}: {fault}.")]);
    }
}
