using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>
/// The index follows the chain that the Ethereum node has, and some node of the fleet sees to it; far above the newest block it cannot tell what is included, and
/// left alone it tells less with every block.
/// </summary>
internal sealed class IndexCheck(IndexStanding standing, Duties duties, IOptions<FleetOptions> options) : IHealthCheck
{
    private readonly VacancyPatience _patience = new(options.Value);

    public string Name => "index";

    public HealthFinding Check()
    {
        HealthFinding own = Own();
        return duties.Fleet.Vacant([DutyNames.Index]) is [var vacancy]
            ? new HealthFinding(own.Ok && !_patience.IsOver(vacancy, duties.Fleet), $"{own.Detail}; nobody follows the chain since {vacancy.Since.UtcDateTime:u}")
            : own;
    }

    private HealthFinding Own() =>
        standing.Block is not { } block ? new HealthFinding(true, "has not begun yet")
        : standing.HeadBelow is { } head
        ? new HealthFinding(false, $"is at block {block}, and the newest block is {head}: the Ethereum node is being synced, or the data directory is of another chain")
        : new HealthFinding(true, $"is at block {block}");
}
