namespace Bundler.Ethereum.Access;

/// <summary>Whether an endpoint is asked, or what keeps it out.</summary>
public enum EndpointState
{
    /// <summary>Answers, and agrees with the others.</summary>
    Fit,

    /// <summary>Has not yet said which chain it is on.</summary>
    Unproven,

    /// <summary>Gave no answer; asked again when a probe succeeds.</summary>
    Failing,

    /// <summary>Wants to be left alone for a time (HTTP 429).</summary>
    RateLimited,

    /// <summary>Its newest block lies too far behind the others'.</summary>
    Lagging,

    /// <summary>Says another account nonce than most of the others.</summary>
    Contradicting,

    /// <summary>Is on another chain; never asked.</summary>
    WrongChain,
}

/// <summary>An endpoint's state and, unless it is fit, why.</summary>
public readonly record struct EndpointVerdict(EndpointState State, string? Reason)
{
    public bool IsFit => State == EndpointState.Fit;
}
