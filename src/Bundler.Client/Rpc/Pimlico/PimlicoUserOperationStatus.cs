using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Pimlico;

/// <summary>Where an operation is, in Pimlico's words.</summary>
public sealed record PimlicoUserOperationStatus
{
    /// <summary>The station.</summary>
    [JsonProperty("status"), JsonConverter(typeof(WordConverter<PimlicoOperationState>))]
    public PimlicoOperationState Status { get; init; }

    /// <summary>The bundle's transaction.</summary>
    [JsonProperty("transactionHash")]
    public string? TransactionHash { get; init; }
}
