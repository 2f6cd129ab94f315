using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>Fees for three degrees of hurry.</summary>
public record FeeLevels
{
    /// <summary>Enough for the next blocks if the base fee does not rise.</summary>
    [JsonProperty("slow")]
    public required FeeLevel Slow { get; init; }

    /// <summary>The usual one.</summary>
    [JsonProperty("standard")]
    public required FeeLevel Standard { get; init; }

    /// <summary>Enough also while the base fee rises fast.</summary>
    [JsonProperty("fast")]
    public required FeeLevel Fast { get; init; }

    /// <summary>The one of a degree.</summary>
    /// <param name="speed">The degree.</param>
    public FeeLevel At(FeeSpeed speed) => speed switch { FeeSpeed.Slow => Slow, FeeSpeed.Fast => Fast, _ => Standard };
}
