using Bundler.Engine.Fleet;

namespace Bundler.Node.Health;

/// <summary>How long nobody may do what one node does at a time: two leases, which is longer than any takeover.</summary>
internal sealed class VacancyPatience(FleetOptions options)
{
    private const int Leases = 2;

    private readonly TimeSpan _bound = TimeSpan.FromMilliseconds(options.LeaseMilliseconds * Leases);

    /// <summary>By the database's clock at the last heartbeat.</summary>
    public bool IsOver(Vacancy vacancy, FleetStanding fleet) => fleet.View is { } view && view.Now - vacancy.Since > _bound;
}
