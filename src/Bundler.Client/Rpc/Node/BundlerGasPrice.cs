using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>The fees that the bundler takes now, and the block they were read at.</summary>
public sealed record BundlerGasPrice : FeeLevels
{
    /// <summary>The newest block.</summary>
    [JsonProperty("blockNumber"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger BlockNumber { get; init; }

    /// <summary>The base fee of the next one.</summary>
    [JsonProperty("baseFeePerGas"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger BaseFeePerGas { get; init; }

    /// <summary>The least tip that is taken.</summary>
    [JsonProperty("minPriorityFeePerGas"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger MinPriorityFeePerGas { get; init; }
}
