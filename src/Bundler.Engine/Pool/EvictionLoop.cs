using System.Runtime.CompilerServices;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Pool;

/// <summary>Every second: drops what <see cref="LifeLimits"/> do not let stay, and keeps the bounds of the mempool.</summary>
internal sealed class EvictionLoop(Mempools mempools, LifeLimits limits, HeadFeed heads, Duties duties, ILogger<EvictionLoop> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(LookEvery, Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return true;
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        DateTimeOffset now = Clock.GetUtcNow();
        foreach (Mempool pool in mempools.All.Where(pool => duties.Builds(pool.EntryPoint.Address)))
        {
            IReadOnlyDictionary<Hash32, LifeEnd> over = pool.Ask(view => view.Idle()
                .Select(entry => (entry.UserOpHash, End: limits.Over(entry, head, now, view.Wait(entry))))
                .Where(each => each.End is not null)
                .ToDictionary(each => each.UserOpHash, each => each.End!));
            IReadOnlyList<MempoolEntry> gone = await pool.DropAsync([.. over.Keys], entry => over[entry.UserOpHash].Reason, cancellationToken);
            foreach (MempoolEntry entry in gone)
            {
                limits.Acquit(entry, over.GetValueOrDefault(entry.UserOpHash));
            }

            Tell(gone, over);
            Tell(await pool.TrimAsync(cancellationToken), over);
        }
    }

    private void Tell(IReadOnlyList<MempoolEntry> gone, IReadOnlyDictionary<Hash32, LifeEnd> ends)
    {
        foreach (MempoolEntry entry in gone)
        {
            _logger.Evicted(entry.UserOpHash, ends.GetValueOrDefault(entry.UserOpHash)?.Reason ?? "the mempool is too full, or an operation before it went");
        }
    }
}
