using Bundler.Engine.Bundling.Money;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>Bundles may still be put at risk: what reverting ones have cost is below the operator's allowance.</summary>
internal sealed class RiskCheck(RiskPurse purse) : IHealthCheck
{
    public string Name => "risk";

    public HealthFinding Check()
    {
        RiskStanding standing = purse.Standing;
        return !purse.IsBounded
            ? new HealthFinding(true, "there is no bound")
            : new HealthFinding(standing.Lost < standing.Allowance, $"{standing.Lost} wei below the ledger's peak, of {standing.Allowance} allowed", writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("allowance", standing.Allowance.ToString());
                writer.WriteString("lost", standing.Lost.ToString());
                writer.WriteString("atRisk", standing.AtRisk.ToString());
                writer.WriteEndObject();
            });
    }
}
