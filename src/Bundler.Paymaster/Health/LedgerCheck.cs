using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Health;

/// <summary>The ledger of grants is open, known to be whole, and explains all that our paymasters have paid.</summary>
internal sealed class LedgerCheck(GrantKeeper keeper, TimeProvider clock) : ISponsorCheck
{
    public string Name => "ledger";

    public SponsorFinding Check()
    {
        if (keeper.Standing is not { } standing)
        {
            return new SponsorFinding(false, "the ledger was not opened yet");
        }

        if (standing.DistrustedUntil > (ulong)clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return new SponsorFinding(false, $"it may be an older copy: nothing is granted before {DateTimeOffset.FromUnixTimeSeconds((long)standing.DistrustedUntil):u}");
        }

        return keeper.Strays > 0
            ? new SponsorFinding(false, $"{keeper.Strays} operations were paid for without a grant since this node started")
            : new SponsorFinding(true, "it is whole");
    }
}
