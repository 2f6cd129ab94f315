using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Keys;

namespace Bundler.Paymaster.Access;

/// <summary>By API key, with the scope to sponsor; the limits of the key hold beside those of the paymaster.</summary>
public sealed class KeyAccess(KeyDesk keys) : ISponsorAccess
{
    public async ValueTask<SponsorAccess> AskAsync(CancellationToken cancellationToken)
    {
        KeyVerdict verdict = await keys.AskAsync(ApiKeyScopes.Sponsor, cancellationToken);
        return verdict.Refusal is { } refusal ? new SponsorAccess(RefusalOf(refusal), null, []) : new SponsorAccess(null, verdict.Key?.Id, verdict.Key?.Limits ?? []);
    }

    private static SponsorRefusal RefusalOf(ApiKeyRefusal refusal) => new(
        refusal == ApiKeyRefusal.TooOften ? SponsorReason.TemporarilyUnavailable : SponsorReason.SenderIneligible, "key", ApiKeyRefusalText.Of(refusal));
}
