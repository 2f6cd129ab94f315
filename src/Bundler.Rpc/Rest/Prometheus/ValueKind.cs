namespace Bundler.Rpc.Rest.Prometheus;

/// <summary>How measurements become a value.</summary>
internal enum ValueKind
{
    /// <summary>Each is a change: they add up.</summary>
    Summed,

    /// <summary>Each is the value from then on.</summary>
    Last,

    /// <summary>Each is the value of the moment it was asked for.</summary>
    Observed,
}
