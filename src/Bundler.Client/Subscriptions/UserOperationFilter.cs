using Newtonsoft.Json;

namespace Bundler.Client.Subscriptions;

/// <summary>Of which operations steps are told; null: of all.</summary>
[JsonObject(ItemNullValueHandling = NullValueHandling.Ignore)]
public sealed record UserOperationFilter
{
    /// <summary>Of this one alone.</summary>
    [JsonProperty("userOpHash")]
    public string? UserOpHash { get; init; }

    /// <summary>Of this account's.</summary>
    [JsonProperty("sender")]
    public string? Sender { get; init; }

    /// <summary>Of those for this EntryPoint.</summary>
    [JsonProperty("entryPoint")]
    public string? EntryPoint { get; init; }
}
