using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>What an estimate shall assume of an account; null leaves the chain's.</summary>
[JsonObject(ItemNullValueHandling = NullValueHandling.Ignore)]
public sealed record AccountStateOverride
{
    /// <summary>wei.</summary>
    [JsonProperty("balance"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? Balance { get; init; }

    /// <summary>The transaction nonce.</summary>
    [JsonProperty("nonce"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? Nonce { get; init; }

    /// <summary>The code.</summary>
    [JsonProperty("code")]
    public string? Code { get; init; }

    /// <summary>Slots in place of the whole storage.</summary>
    [JsonProperty("state")]
    public IReadOnlyDictionary<string, string>? State { get; init; }

    /// <summary>Slots beside the storage.</summary>
    [JsonProperty("stateDiff")]
    public IReadOnlyDictionary<string, string>? StateDiff { get; init; }
}
