using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>Which block's state a call sees: a name, a number, or a hash (EIP-1898). The default is <see cref="Latest"/>.</summary>
public readonly record struct BlockTag
{
    private readonly string? _text;

    private BlockTag(string text) => _text = text;

    private BlockTag(Hash32 hash) => Hash = hash;

    public static BlockTag Latest => default;

    public static BlockTag Pending => new("pending");

    public static BlockTag Safe => new("safe");

    public static BlockTag Finalized => new("finalized");

    public static BlockTag Earliest => new("earliest");

    /// <summary>Set when the block is named by its hash.</summary>
    public Hash32? Hash { get; }

    public static BlockTag Number(ulong number) => new(Hex.EncodeQuantity(number));

    /// <summary>This very block, also after a reorganisation.</summary>
    public static BlockTag ByHash(Hash32 hash) => new(hash);

    /// <summary>The name, the number as a quantity, or the hash.</summary>
    public override string ToString() => Hash?.ToString() ?? _text ?? "latest";

    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (Hash is { } hash)
        {
            writer.WriteStartObject();
            writer.WriteHash("blockHash", hash);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(ToString());
        }
    }
}
