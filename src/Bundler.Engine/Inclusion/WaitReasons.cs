using System.Globalization;
using Bundler.Engine.Bundling;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Why a pending operation is in no bundle, the same on every node of a fleet: what the node that builds its bundles knows or has told, or that nobody builds any.
/// </summary>
public sealed class WaitReasons(Mempools mempools, BundlingDesk bundling, Duties duties, IWaitStore told)
{
    /// <summary><c>null</c>: nothing keeps it from the next bundle.</summary>
    public async Task<string?> FindAsync(MempoolEntry entry, CancellationToken cancellationToken)
    {
        Address entryPoint = entry.EntryPoint.Address;
        Mempool pool = mempools[entryPoint];
        if (duties.Builds(entryPoint))
        {
            return pool.WaitsBecause(entry) ?? bundling.HeldUp;
        }

        return duties.Fleet.Vacant([DutyNames.Builder(entryPoint)]) is [var vacancy]
            ? string.Create(CultureInfo.InvariantCulture, $"nobody builds bundles of its EntryPoint since {vacancy.Since.UtcDateTime:u}: no node of the fleet that may is at work")
            : await told.FindAsync(entry.UserOpHash, cancellationToken) ?? pool.WaitsBecause(entry) ?? duties.Fleet.BuilderOf(entryPoint)?.HeldUp;
    }
}
