using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Inclusion;

/// <summary>Bundles that reverted and were not judged when their node ended: whoever has their key now judges them, before anything restored is offered.</summary>
internal sealed class UnjudgedBundles(Mempools mempools, ILedgerStore ledger, Duties duties, RevertedBundles reverted)
{
    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        foreach (LedgerEntry entry in (await ledger.UnjudgedAsync(cancellationToken)).Where(entry => duties.Find(DutyNames.Signer(entry.Signer)) is not null))
        {
            if (mempools.TryGet(entry.EntryPoint, out Mempool? pool))
            {
                await reverted.JudgeAsync(pool, entry, cancellationToken);
            }
        }
    }
}
