using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Rpc;
using Newtonsoft.Json;

namespace Bundler.Client.Subscriptions;

/// <summary>A step in the life of an operation.</summary>
public sealed record UserOperationEvent
{
    /// <summary>The operation's hash.</summary>
    [JsonProperty("userOpHash")]
    public required string UserOpHash { get; init; }

    /// <summary>The address of its EntryPoint.</summary>
    [JsonProperty("entryPoint")]
    public required string EntryPoint { get; init; }

    /// <summary>The account.</summary>
    [JsonProperty("sender")]
    public required string Sender { get; init; }

    /// <summary>Its nonce.</summary>
    [JsonProperty("nonce"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Nonce { get; init; }

    /// <summary>The station that it has reached.</summary>
    [JsonProperty("status")]
    public OperationState Status { get; init; }

    /// <summary>The bundle's transaction.</summary>
    [JsonProperty("transactionHash")]
    public string? TransactionHash { get; init; }

    /// <summary>Why it waits, was dropped, or did not go through.</summary>
    [JsonProperty("reason")]
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    [JsonProperty("at")]
    public DateTimeOffset At { get; init; }
}
