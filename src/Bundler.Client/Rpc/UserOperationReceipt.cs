using System.Numerics;
using Bundler.Client.Json;
using Nethereum.RPC.Eth.DTOs;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>What became of an operation that a block has.</summary>
public sealed record UserOperationReceipt
{
    /// <summary>The operation's hash.</summary>
    [JsonProperty("userOpHash")]
    public required string UserOpHash { get; init; }

    /// <summary>The address of its EntryPoint; some bundlers do not say.</summary>
    [JsonProperty("entryPoint")]
    public string? EntryPoint { get; init; }

    /// <summary>The account.</summary>
    [JsonProperty("sender")]
    public required string Sender { get; init; }

    /// <summary>The account's nonce.</summary>
    [JsonProperty("nonce"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Nonce { get; init; }

    /// <summary>Who paid; null or the zero address when the account did.</summary>
    [JsonProperty("paymaster")]
    public string? Paymaster { get; init; }

    /// <summary>What was charged, in wei.</summary>
    [JsonProperty("actualGasCost"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger ActualGasCost { get; init; }

    /// <summary>The gas that was charged for.</summary>
    [JsonProperty("actualGasUsed"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger ActualGasUsed { get; init; }

    /// <summary>Whether the account's call went through.</summary>
    [JsonProperty("success")]
    public bool Success { get; init; }

    /// <summary>Why not, where it is known.</summary>
    [JsonProperty("reason")]
    public string? Reason { get; init; }

    /// <summary>The logs of this operation alone.</summary>
    [JsonProperty("logs")]
    public IReadOnlyList<FilterLog> Logs { get; init; } = [];

    /// <summary>The receipt of the bundle's transaction.</summary>
    [JsonProperty("receipt")]
    public required TransactionReceipt Receipt { get; init; }
}
