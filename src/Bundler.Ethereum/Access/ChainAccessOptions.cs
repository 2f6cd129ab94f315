using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>How several endpoints of one chain are used.</summary>
public sealed record ChainAccessOptions
{
    /// <summary>EIP-155; an endpoint on another chain is never asked. 0: not known yet.</summary>
    public ulong ChainId { get; init; }

    /// <summary>A request that is not answered by then is asked of another endpoint too.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An endpoint whose newest block lies further behind the others' is not asked.</summary>
    public ulong MaxLag { get; init; } = 5;

    /// <summary>After so long without any endpoint that knows the newest block, what they do know is the newest.</summary>
    public TimeSpan LostHeadAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A probe that takes longer has failed.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often everybody is asked, with a pause in between.</summary>
    public RetryOptions Retry { get; init; } = new();
}
