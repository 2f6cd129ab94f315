using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>
/// What this node does of what one node of a fleet does at a time. Doing nothing is no fault while others do it; that nobody builds bundles is one, as
/// soon as it lasts longer than a node takes to take over from one that died.
/// </summary>
internal sealed class DutiesCheck(Duties duties, ServedEntryPoints entryPoints, IOptions<FleetOptions> options) : IHealthCheck
{
    private readonly VacancyPatience _patience = new(options.Value);

    public string Name => "duties";

    public HealthFinding Check()
    {
        if (duties.IsSole)
        {
            return new HealthFinding(true, "all: no other node is on its database");
        }

        IReadOnlyList<string> names = duties.Names;
        IReadOnlyList<Vacancy> vacant = duties.Fleet.Vacant(entryPoints.All.Select(entryPoint => DutyNames.Builder(entryPoint.Address)));
        string own = names.Count > 0 ? string.Join(", ", names) : vacant.Count == 0 ? "none now: other nodes have them" : "none now";
        return new HealthFinding(
            !vacant.Any(vacancy => _patience.IsOver(vacancy, duties.Fleet)),
            string.Join("; ", [own, .. vacant.Select(vacancy => $"nobody has {vacancy.Duty} since {vacancy.Since.UtcDateTime:u}: its operations wait")]));
    }
}
