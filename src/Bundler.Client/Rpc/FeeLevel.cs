using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>The fees of an operation, in wei per gas.</summary>
public sealed record FeeLevel
{
    /// <summary>The most that is paid.</summary>
    [JsonProperty("maxFeePerGas"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger MaxFeePerGas { get; init; }

    /// <summary>The tip.</summary>
    [JsonProperty("maxPriorityFeePerGas"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger MaxPriorityFeePerGas { get; init; }
}
