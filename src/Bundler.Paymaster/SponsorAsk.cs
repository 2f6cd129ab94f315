namespace Bundler.Paymaster;

/// <summary>What comes with a request beside the operation: the context of ERC-7677, read.</summary>
/// <param name="Window">How long the grant shall hold at most; <c>null</c>: as long as the node gives.</param>
public sealed record SponsorAsk(TimeSpan? Window)
{
    /// <summary>Nothing is asked for.</summary>
    public static SponsorAsk Plain { get; } = new((TimeSpan?)null);
}
