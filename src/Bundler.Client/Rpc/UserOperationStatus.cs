using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>Where an operation is in its life.</summary>
public sealed record UserOperationStatus
{
    /// <summary>The station.</summary>
    [JsonProperty("status")]
    public OperationState Status { get; init; }

    /// <summary>The operation's hash.</summary>
    [JsonProperty("userOpHash")]
    public required string UserOpHash { get; init; }

    /// <summary>The address of its EntryPoint; null once it is dropped.</summary>
    [JsonProperty("entryPoint")]
    public string? EntryPoint { get; init; }

    /// <summary>The bundle's transaction, which may still be replaced before a block has it.</summary>
    [JsonProperty("transactionHash")]
    public string? TransactionHash { get; init; }

    /// <summary>The block that has it.</summary>
    [JsonProperty("blockNumber"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? BlockNumber { get; init; }

    /// <summary>The hash of that block.</summary>
    [JsonProperty("blockHash")]
    public string? BlockHash { get; init; }

    /// <summary>Whether the account's call went through; null before a block has it.</summary>
    [JsonProperty("success")]
    public bool? Success { get; init; }

    /// <summary>Why it waits, was dropped, or did not go through.</summary>
    [JsonProperty("reason")]
    public string? Reason { get; init; }

    /// <summary>Since when it is there, if that is known.</summary>
    [JsonProperty("since")]
    public DateTimeOffset? Since { get; init; }
}
