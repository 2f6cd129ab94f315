using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>A transaction that the node knows, mined or pending.</summary>
public sealed record TransactionInfo
{
    public required Hash32 Hash { get; init; }

    public required Address From { get; init; }

    /// <summary>Null when it creates a contract.</summary>
    public Address? To { get; init; }

    public required ulong Nonce { get; init; }

    public required Bytes Input { get; init; }

    /// <summary>Null while pending.</summary>
    public ulong? BlockNumber { get; init; }

    /// <summary>Null while pending.</summary>
    public Hash32? BlockHash { get; init; }

    /// <summary>Null while pending.</summary>
    public ulong? TransactionIndex { get; init; }

    /// <summary>EIP-2718 type; 0 for a legacy transaction.</summary>
    public required byte Type { get; init; }

    public required ulong Gas { get; init; }

    public UInt256 Value { get; init; }

    /// <summary>Wei; of a mined EIP-1559 transaction the price it paid.</summary>
    public UInt256? GasPrice { get; init; }

    public UInt256? MaxFeePerGas { get; init; }

    public UInt256? MaxPriorityFeePerGas { get; init; }

    /// <summary>As the node gave it.</summary>
    public JsonElement Raw { get; init; }

    /// <exception cref="CodecException">A field is missing or malformed.</exception>
    public static TransactionInfo Read(JsonElement transaction) => new()
    {
        Hash = transaction.Required("hash", EthereumJson.ReadHash),
        From = transaction.Required("from", EthereumJson.ReadAddress),
        To = transaction.Optional("to", EthereumJson.ReadAddress),
        Nonce = transaction.Required("nonce", EthereumJson.ReadUInt64),
        Input = transaction.Required("input", EthereumJson.ReadBytes),
        BlockNumber = transaction.Optional("blockNumber", EthereumJson.ReadUInt64),
        BlockHash = transaction.Optional("blockHash", EthereumJson.ReadHash),
        TransactionIndex = transaction.Optional("transactionIndex", EthereumJson.ReadUInt64),
        Type = (byte)(transaction.Optional("type", EthereumJson.ReadUInt64) ?? 0),
        Gas = transaction.Required("gas", EthereumJson.ReadUInt64),
        Value = transaction.Optional("value", EthereumJson.ReadQuantity) ?? default,
        GasPrice = transaction.Optional("gasPrice", EthereumJson.ReadQuantity),
        MaxFeePerGas = transaction.Optional("maxFeePerGas", EthereumJson.ReadQuantity),
        MaxPriorityFeePerGas = transaction.Optional("maxPriorityFeePerGas", EthereumJson.ReadQuantity),
        Raw = transaction,
    };
}
