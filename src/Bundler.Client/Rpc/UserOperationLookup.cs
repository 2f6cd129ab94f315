using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>An operation that the bundler knows, and the block that has it.</summary>
public sealed record UserOperationLookup
{
    /// <summary>The operation.</summary>
    [JsonProperty("userOperation")]
    public required UserOperation UserOperation { get; init; }

    /// <summary>The address of its EntryPoint.</summary>
    [JsonProperty("entryPoint")]
    public required string EntryPoint { get; init; }

    /// <summary>The block; null while it is pending.</summary>
    [JsonProperty("blockNumber"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? BlockNumber { get; init; }

    /// <summary>The block's hash; null while it is pending.</summary>
    [JsonProperty("blockHash")]
    public string? BlockHash { get; init; }

    /// <summary>The bundle's transaction; null while it is pending.</summary>
    [JsonProperty("transactionHash")]
    public string? TransactionHash { get; init; }
}
