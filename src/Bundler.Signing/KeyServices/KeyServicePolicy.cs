namespace Bundler.Signing.KeyServices;

/// <summary>How patient a signer is with its key service.</summary>
public sealed record KeyServicePolicy
{
    /// <summary>Attempts for one signature, the first included.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pause after the first attempt; it doubles with each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Signatures that are asked for at a time; more wait.</summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>The pause after attempt number <paramref name="attempt"/> (from 1), where <paramref name="jitter"/> in 0…1 takes up to half of it away.</summary>
    public TimeSpan PauseAfter(int attempt, double jitter)
    {
        double doubled = FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, MaxPause.TotalMilliseconds) * (1 - jitter / 2));
    }
}
