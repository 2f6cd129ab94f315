using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>A bundle on its way.</summary>
public sealed record RundlerPendingBundle
{
    /// <summary>Its transaction.</summary>
    [JsonProperty("txHash")]
    public required string TransactionHash { get; init; }

    /// <summary>The newest block when it was sent.</summary>
    [JsonProperty("sentAtBlock"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? SentAtBlock { get; init; }

    /// <summary>Who signed it.</summary>
    [JsonProperty("bundlerAddress")]
    public string? BundlerAddress { get; init; }
}
