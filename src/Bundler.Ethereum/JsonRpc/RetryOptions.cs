namespace Bundler.Ethereum.JsonRpc;

/// <summary>How often and how patiently a call is sent again.</summary>
public sealed record RetryOptions
{
    /// <summary>The first one included.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The same where the node only says that these were too many requests: it has not looked at this one.</summary>
    public int MaxRateLimitedAttempts { get; init; } = 8;

    /// <summary>Before the second attempt; it doubles from one to the next.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(2);
}
