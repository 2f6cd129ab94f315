using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>Which logs to give: of a range of blocks, or of one block by its hash.</summary>
public sealed record LogFilter
{
    public BlockTag FromBlock { get; init; }

    public BlockTag ToBlock { get; init; }

    /// <summary>Takes the place of the range.</summary>
    public Hash32? BlockHash { get; init; }

    /// <summary>Any of these; empty: all.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>By position, any of the hashes; an empty position takes every value.</summary>
    public IReadOnlyList<IReadOnlyList<Hash32>> Topics { get; init; } = [];

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (BlockHash is { } hash)
        {
            writer.WriteHash("blockHash", hash);
        }
        else
        {
            writer.WriteString("fromBlock", FromBlock.ToString());
            writer.WriteString("toBlock", ToBlock.ToString());
        }

        if (Addresses.Count > 0)
        {
            writer.WriteStartArray("address");
            foreach (Address address in Addresses)
            {
                writer.WriteAddressValue(address);
            }

            writer.WriteEndArray();
        }

        if (Topics.Count > 0)
        {
            WriteTopics(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteTopics(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("topics");
        foreach (IReadOnlyList<Hash32> position in Topics)
        {
            if (position.Count == 0)
            {
                writer.WriteNullValue();
                continue;
            }

            writer.WriteStartArray();
            foreach (Hash32 topic in position)
            {
                writer.WriteHashValue(topic);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
