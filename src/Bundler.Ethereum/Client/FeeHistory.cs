using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>eth_feeHistory: fees of recent blocks, the oldest first.</summary>
public sealed record FeeHistory
{
    public required ulong OldestBlock { get; init; }

    /// <summary>Wei; one more than there are blocks: the last is the next block's.</summary>
    public required IReadOnlyList<UInt256> BaseFeePerGas { get; init; }

    /// <summary>Gas used in parts of the gas limit, 0 to 1.</summary>
    public required IReadOnlyList<double> GasUsedRatio { get; init; }

    /// <summary>Wei; of each block the tips at the percentiles asked for. Empty when none were.</summary>
    public required IReadOnlyList<IReadOnlyList<UInt256>> Reward { get; init; }

    /// <exception cref="CodecException">A field is missing or malformed.</exception>
    public static FeeHistory Read(JsonElement history) => new()
    {
        OldestBlock = history.Required("oldestBlock", EthereumJson.ReadUInt64),
        BaseFeePerGas = history.OptionalArray("baseFeePerGas", EthereumJson.ReadQuantity),
        GasUsedRatio = history.OptionalArray("gasUsedRatio", ReadRatio),
        Reward = history.OptionalArray("reward", block => EthereumJson.ReadArray(block, EthereumJson.ReadQuantity)),
    };

    private static double ReadRatio(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new CodecException("expected a number");
}
