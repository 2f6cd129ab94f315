using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>What we read of a block.</summary>
public sealed record BlockHeader
{
    public required ulong Number { get; init; }

    public required Hash32 Hash { get; init; }

    public required Hash32 ParentHash { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>Wei; null before EIP-1559.</summary>
    public UInt256? BaseFeePerGas { get; init; }

    public ulong GasLimit { get; init; }

    public ulong GasUsed { get; init; }

    /// <summary>See <see cref="Client.LogsBloom"/>; null when the node leaves it out.</summary>
    public Bytes? LogsBloom { get; init; }

    /// <summary>Empty in a head that a subscription announced: newHeads has headers only.</summary>
    public IReadOnlyList<Hash32> TransactionHashes { get; init; } = [];

    /// <exception cref="CodecException">A field is missing or malformed.</exception>
    public static BlockHeader Read(JsonElement block) => new()
    {
        Number = block.Required("number", EthereumJson.ReadUInt64),
        Hash = block.Required("hash", EthereumJson.ReadHash),
        ParentHash = block.Required("parentHash", EthereumJson.ReadHash),
        Timestamp = block.Required("timestamp", EthereumJson.ReadUInt64),
        BaseFeePerGas = block.Optional("baseFeePerGas", EthereumJson.ReadQuantity),
        GasLimit = block.Required("gasLimit", EthereumJson.ReadUInt64),
        GasUsed = block.Required("gasUsed", EthereumJson.ReadUInt64),
        LogsBloom = block.Optional("logsBloom", EthereumJson.ReadBytes),
        TransactionHashes = block.OptionalArray("transactions", EthereumJson.ReadHash),
    };
}
