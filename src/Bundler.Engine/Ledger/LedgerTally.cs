using System.Runtime.CompilerServices;
using Bundler.Engine.Bundling.Money;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Ledger;

/// <summary>The totals over all time for the metrics, which are asked without waiting: as stored, at most a second old.</summary>
internal sealed class LedgerTally(ILedgerStore store, RiskPurse purse, ILogger<LedgerTally> logger, TimeProvider clock) : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    public IReadOnlyList<LedgerTotal> Totals { get; private set; } = [];

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_interval, Clock);
        do
        {
            yield return true;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        Totals = await store.TotalsAsync(null, null, cancellationToken);
        await purse.CountAsync(cancellationToken);
    }
}
