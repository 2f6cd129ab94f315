using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Health;

/// <summary>What a signature or a probe showed; <see cref="Fault"/> and <see cref="Reason"/> are null when the signer signs as its address.</summary>
public sealed record SignerHealth(Address Address, SignerFault? Fault, string? Reason, TimeSpan Latency, DateTimeOffset At)
{
    public bool IsHealthy => Fault is null;

    /// <summary>False when only an operator can help.</summary>
    public bool IsTransient => Fault is null or <= SignerFault.AnswerCorrupted;

    /// <summary>It was seen so long ago, or the clock was set back since.</summary>
    public bool IsOlderThan(TimeSpan limit, DateTimeOffset now) => now - At >= limit || now < At;
}
