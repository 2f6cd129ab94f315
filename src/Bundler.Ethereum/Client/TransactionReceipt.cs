using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>What became of a mined transaction.</summary>
public sealed record TransactionReceipt
{
    public required Hash32 TransactionHash { get; init; }

    public required ulong TransactionIndex { get; init; }

    public required Hash32 BlockHash { get; init; }

    public required ulong BlockNumber { get; init; }

    public required Address From { get; init; }

    /// <summary>Null when the transaction created a contract.</summary>
    public Address? To { get; init; }

    public Address? ContractAddress { get; init; }

    /// <summary>False: the transaction reverted.</summary>
    public required bool Success { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>Of this transaction and those before it in the block.</summary>
    public required ulong CumulativeGasUsed { get; init; }

    /// <summary>Wei.</summary>
    public required UInt256 EffectiveGasPrice { get; init; }

    /// <summary>EIP-2718 type; 0 for a legacy transaction.</summary>
    public required byte Type { get; init; }

    public required Bytes LogsBloom { get; init; }

    public required IReadOnlyList<LogEntry> Logs { get; init; }

    /// <summary>As the node gave it.</summary>
    public JsonElement Raw { get; init; }

    /// <exception cref="CodecException">A field is missing or malformed.</exception>
    public static TransactionReceipt Read(JsonElement receipt) => new()
    {
        TransactionHash = receipt.Required("transactionHash", EthereumJson.ReadHash),
        TransactionIndex = receipt.Required("transactionIndex", EthereumJson.ReadUInt64),
        BlockHash = receipt.Required("blockHash", EthereumJson.ReadHash),
        BlockNumber = receipt.Required("blockNumber", EthereumJson.ReadUInt64),
        From = receipt.Required("from", EthereumJson.ReadAddress),
        To = receipt.Optional("to", EthereumJson.ReadAddress),
        ContractAddress = receipt.Optional("contractAddress", EthereumJson.ReadAddress),
        Success = receipt.Required("status", EthereumJson.ReadUInt64) == 1,
        GasUsed = receipt.Required("gasUsed", EthereumJson.ReadUInt64),
        CumulativeGasUsed = receipt.Required("cumulativeGasUsed", EthereumJson.ReadUInt64),
        EffectiveGasPrice = receipt.Optional("effectiveGasPrice", EthereumJson.ReadQuantity) ?? default,
        Type = (byte)(receipt.Optional("type", EthereumJson.ReadUInt64) ?? 0),
        LogsBloom = receipt.Optional("logsBloom", EthereumJson.ReadBytes) ?? default,
        Logs = receipt.OptionalArray("logs", LogEntry.Read),
        Raw = receipt,
    };
}
