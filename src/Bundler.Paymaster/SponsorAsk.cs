using Bundler.Paymaster.Codecs;

namespace Bundler.Paymaster;

/// <summary>What comes with a request beside the operation: the context of ERC-7677, read.</summary>
/// <param name="Window">How long the grant shall hold at most; <c>null</c>: as long as the node gives.</param>
/// <param name="Committed">What the account signs or has signed over, where the paymaster's signature comes after it (v0.9); <c>null</c>: the node chooses.</param>
/// <param name="IsAccountSigned">The account has signed: a signature that its account does not take is refused before anything is reserved.</param>
public sealed record SponsorAsk(TimeSpan? Window, GrantTerms? Committed = null, bool IsAccountSigned = false)
{
    /// <summary>Nothing is asked for.</summary>
    public static SponsorAsk Plain { get; } = new((TimeSpan?)null);
}
