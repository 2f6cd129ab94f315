using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>The fees of now, and the ones to take.</summary>
public sealed record RundlerGasPrice
{
    /// <summary>The tip of now.</summary>
    [JsonProperty("currentPriorityFee"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger CurrentPriorityFee { get; init; }

    /// <summary>The base fee of now.</summary>
    [JsonProperty("baseFee"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger BaseFee { get; init; }

    /// <summary>The newest block.</summary>
    [JsonProperty("blockNumber"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger BlockNumber { get; init; }

    /// <summary>The fees to take.</summary>
    [JsonProperty("suggested")]
    public required FeeLevel Suggested { get; init; }
}
