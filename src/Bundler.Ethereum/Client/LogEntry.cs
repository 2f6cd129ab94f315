using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>An event that a transaction left on the chain.</summary>
public sealed record LogEntry
{
    public required Address Address { get; init; }

    public required IReadOnlyList<Hash32> Topics { get; init; }

    public required Bytes Data { get; init; }

    public ulong BlockNumber { get; init; }

    public Hash32 BlockHash { get; init; }

    public Hash32 TransactionHash { get; init; }

    public ulong TransactionIndex { get; init; }

    /// <summary>The place in the block, not in the transaction.</summary>
    public ulong LogIndex { get; init; }

    /// <summary>Announced by a subscription as undone by a reorganisation.</summary>
    public bool Removed { get; init; }

    /// <summary>As the node gave it.</summary>
    public JsonElement Raw { get; init; }

    /// <exception cref="CodecException">A field is missing or malformed.</exception>
    public static LogEntry Read(JsonElement log) => new()
    {
        Address = log.Required("address", EthereumJson.ReadAddress),
        Topics = log.OptionalArray("topics", EthereumJson.ReadHash),
        Data = log.Required("data", EthereumJson.ReadBytes),
        BlockNumber = log.Optional("blockNumber", EthereumJson.ReadUInt64) ?? 0,
        BlockHash = log.Optional("blockHash", EthereumJson.ReadHash) ?? default,
        TransactionHash = log.Optional("transactionHash", EthereumJson.ReadHash) ?? default,
        TransactionIndex = log.Optional("transactionIndex", EthereumJson.ReadUInt64) ?? 0,
        LogIndex = log.Optional("logIndex", EthereumJson.ReadUInt64) ?? 0,
        Removed = log.Optional("removed", EthereumJson.ReadBoolean) ?? false,
        Raw = log,
    };
}
