using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>Where an operation is, in Rundler's words.</summary>
public sealed record RundlerUserOperationStatus
{
    /// <summary>The station.</summary>
    [JsonProperty("status"), JsonConverter(typeof(WordConverter<RundlerOperationState>))]
    public RundlerOperationState Status { get; init; }

    /// <summary>What became of it; null until a block has it.</summary>
    [JsonProperty("receipt")]
    public UserOperationReceipt? Receipt { get; init; }

    /// <summary>The operation.</summary>
    [JsonProperty("userOperation")]
    public UserOperation? UserOperation { get; init; }

    /// <summary>The newest block when it was taken.</summary>
    [JsonProperty("addedAtBlock"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? AddedAtBlock { get; init; }

    /// <summary>Until when it is valid, in seconds of Unix time.</summary>
    [JsonProperty("validUntil"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? ValidUntil { get; init; }

    /// <summary>From when it is valid, in seconds of Unix time.</summary>
    [JsonProperty("validAfter"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? ValidAfter { get; init; }

    /// <summary>The bundle that it is in.</summary>
    [JsonProperty("pendingBundle")]
    public RundlerPendingBundle? PendingBundle { get; init; }
}
