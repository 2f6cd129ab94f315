using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>What an account, factory or paymaster did in validation.</summary>
public sealed record ValidatedEntity
{
    /// <summary>account, factory, paymaster or aggregator.</summary>
    [JsonProperty("entity")]
    public required string Entity { get; init; }

    /// <summary>Its address.</summary>
    [JsonProperty("address")]
    public required string Address { get; init; }

    /// <summary>The gas that it used.</summary>
    [JsonProperty("gasUsed"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger GasUsed { get; init; }

    /// <summary>Its calls.</summary>
    [JsonProperty("frames")]
    public IReadOnlyList<ValidationFrame> Frames { get; init; } = [];
}
