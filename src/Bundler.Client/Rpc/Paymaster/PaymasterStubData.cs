using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>What stands in the paymaster's place while gas is estimated.</summary>
public sealed record PaymasterStubData : PaymasterData
{
    /// <summary>Whether it is the paymaster's consent already.</summary>
    [JsonProperty("isFinal")]
    public bool IsFinal { get; init; }

    /// <summary>Who the user may thank.</summary>
    [JsonProperty("sponsor")]
    public SponsorName? Sponsor { get; init; }
}
