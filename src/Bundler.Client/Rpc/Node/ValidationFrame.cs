using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>A call within validation.</summary>
public sealed record ValidationFrame
{
    /// <summary>Where it stands among the calls: 0.1 is the second call of the first.</summary>
    [JsonProperty("path")]
    public required string Path { get; init; }

    /// <summary>CALL, STATICCALL, CREATE2 and so on.</summary>
    [JsonProperty("type")]
    public required string Type { get; init; }

    /// <summary>Who calls.</summary>
    [JsonProperty("from")]
    public required string From { get; init; }

    /// <summary>Who is called.</summary>
    [JsonProperty("to")]
    public string? To { get; init; }

    /// <summary>The method's first four bytes.</summary>
    [JsonProperty("selector")]
    public string? Selector { get; init; }

    /// <summary>The gas that it used.</summary>
    [JsonProperty("gasUsed"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger GasUsed { get; init; }

    /// <summary>How it failed; null if it did not.</summary>
    [JsonProperty("error")]
    public string? Error { get; init; }
}
