using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Paymaster.Contracts;

namespace Bundler.Node.Commands;

/// <summary>What the node tries at its start of each paymaster, and more: known code, the same hash, a signer that the contract takes, and validation that its own pool accepts.</summary>
internal static class SelfCheckCommand
{
    /// <returns>Not good when any paymaster fails any check.</returns>
    public static async Task<int> RunAsync(PaymasterArguments asked, LayerReader layers, TextWriter output, TextWriter errors)
    {
        Preparation preparation = await new NodeStartup(layers, NodeCommand.CheckConfig).PrepareAsync(CancellationToken.None);
        if (preparation.Node is not { } node)
        {
            Refusal.Tell(errors, preparation.Findings);
            return PaymasterExit.Unknown;
        }

        await using ServiceProvider services = new ServiceCollection().AddSingleton<IConfiguration>(node.Configuration).AddNode(node).BuildServiceProvider();
        SponsoredPaymaster[] paymasters =
        [
            .. services.GetRequiredService<Paymasters>().All.Where(each => asked.Paymaster.Length == 0 || each.Name == asked.Paymaster
                || each.Address.ToString() == asked.Paymaster),
        ];
        if (paymasters.Length == 0)
        {
            throw new CommandFaultException("No paymaster that the node signs for is configured, or none of that name (Bundler:Sponsor).");
        }

        SelfCheck check = services.GetRequiredService<SelfCheck>();
        JsonArray json = [];
        bool isGood = true;
        foreach (SponsoredPaymaster paymaster in paymasters)
        {
            IReadOnlyList<SelfCheckFinding> findings = await check.RunAsync(paymaster, CancellationToken.None);
            isGood &= findings.All(finding => finding.Fault is null);
            json.Add(Json(paymaster, findings));
            if (!asked.Json)
            {
                output.WriteLine($"{paymaster.Name}: paymaster {paymaster.Address}, EntryPoint {paymaster.Site.EntryPoint.VersionText}, signer {paymaster.Signer.Address}");
                output.WriteLines(findings.Select(finding => $"  {(finding.Fault is null ? "ok    " : "FAILED")}  {finding.Check}{(finding.Fault is { } fault ? $": {fault}" : "")}"));
            }
        }

        if (asked.Json)
        {
            output.WriteLine(CommandOutput.Text(json));
        }

        return isGood ? PaymasterExit.Good : PaymasterExit.NotGood;
    }

    private static JsonObject Json(SponsoredPaymaster paymaster, IReadOnlyList<SelfCheckFinding> findings) => new()
    {
        ["name"] = paymaster.Name,
        ["address"] = paymaster.Address.ToString(),
        ["entryPoint"] = paymaster.Site.EntryPoint.Address.ToString(),
        ["signer"] = paymaster.Signer.Address.ToString(),
        ["checks"] = new JsonArray([.. findings.Select(finding => new JsonObject { ["check"] = finding.Check, ["ok"] = finding.Fault is null, ["fault"] = finding.Fault })]),
    };
}
