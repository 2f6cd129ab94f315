using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>An operation that waits.</summary>
public sealed record PendingUserOperation
{
    /// <summary>The operation's hash.</summary>
    [JsonProperty("userOpHash")]
    public required string UserOpHash { get; init; }

    /// <summary>The address of its EntryPoint.</summary>
    [JsonProperty("entryPoint")]
    public required string EntryPoint { get; init; }

    /// <summary>The operation.</summary>
    [JsonProperty("userOperation")]
    public required UserOperation UserOperation { get; init; }

    /// <summary>Whether it is in a bundle.</summary>
    [JsonProperty("status")]
    public OperationState Status { get; init; }

    /// <summary>When it was taken.</summary>
    [JsonProperty("admittedAt")]
    public DateTimeOffset AdmittedAt { get; init; }

    /// <summary>The newest block when it was taken.</summary>
    [JsonProperty("admittedAtBlock"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger AdmittedAtBlock { get; init; }
}
