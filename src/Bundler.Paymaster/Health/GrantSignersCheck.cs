using Bundler.Signing.Grants;

namespace Bundler.Paymaster.Health;

/// <summary>The keys that sign grants do, as their last signatures showed it.</summary>
internal sealed class GrantSignersCheck(GrantKeyring keys, TimeProvider clock) : ISponsorCheck
{
    /// <summary>Nothing but a grant asks a key: a node that is not asked any more because of a fault would tell it for ever.</summary>
    private static readonly TimeSpan _news = TimeSpan.FromMinutes(5);

    public string Name => "signers";

    public SponsorFinding Check()
    {
        string[] troubles = [.. keys.Signers.Select(Trouble).OfType<string>()];
        return new SponsorFinding(troubles.Length == 0, troubles.Length == 0 ? "none has failed" : string.Join("; ", troubles));
    }

    private string? Trouble(GrantSigner signer) => signer.Health is { IsHealthy: false } health && !health.IsOlderThan(_news, clock.GetUtcNow())
        ? $"{signer.Name} ({signer.Address}) did not sign at {health.At:u} ({health.Fault}): {health.Reason}"
        : null;
}
