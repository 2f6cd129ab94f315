using System.Diagnostics;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>What an account looks like during one call; what is null stays as it is on the chain.</summary>
public sealed record AccountOverride
{
    /// <summary>Wei.</summary>
    public UInt256? Balance { get; init; }

    public ulong? Nonce { get; init; }

    public Bytes? Code { get; init; }

    /// <summary>The whole storage; slots that are not named are zero. Excludes <see cref="StateDiff"/>.</summary>
    public IReadOnlyDictionary<Hash32, Hash32>? State { get; init; }

    /// <summary>Some slots; the others stay.</summary>
    public IReadOnlyDictionary<Hash32, Hash32>? StateDiff { get; init; }

    /// <exception cref="CodecException">Malformed, unknown or contradictory members.</exception>
    internal static AccountOverride Read(JsonElement json)
    {
        AccountOverride account = new();
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CodecException("expected object");
        }

        foreach (JsonProperty member in json.EnumerateObject())
        {
            account = member.Name switch
            {
                "balance" => account with { Balance = EthereumJson.Read(member.Value, member.Name, EthereumJson.ReadQuantity) },
                "nonce" => account with { Nonce = EthereumJson.Read(member.Value, member.Name, EthereumJson.ReadUInt64) },
                "code" => account with { Code = EthereumJson.Read(member.Value, member.Name, EthereumJson.ReadBytes) },
                "state" => account with { State = EthereumJson.Read(member.Value, member.Name, ReadSlots) },
                "stateDiff" => account with { StateDiff = EthereumJson.Read(member.Value, member.Name, ReadSlots) },
                _ => throw new CodecException(member.Name, "is not known: balance, nonce, code, state and stateDiff are"),
            };
        }

        return account.State is not null && account.StateDiff is not null
            ? throw new CodecException("stateDiff", "excludes state")
            : account;
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        Debug.Assert(State is null || StateDiff is null, "geth refuses state and stateDiff on one account");
        writer.WriteStartObject();
        if (Balance is { } balance)
        {
            writer.WriteQuantity("balance", balance);
        }

        if (Nonce is { } nonce)
        {
            writer.WriteQuantity("nonce", nonce);
        }

        if (Code is { } code)
        {
            writer.WriteBytes("code", code);
        }

        WriteSlots(writer, "state", State);
        WriteSlots(writer, "stateDiff", StateDiff);
        writer.WriteEndObject();
    }

    private static Dictionary<Hash32, Hash32> ReadSlots(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CodecException("expected object");
        }

        Dictionary<Hash32, Hash32> slots = [];
        foreach (JsonProperty slot in json.EnumerateObject())
        {
            slots[Hash32.Parse(slot.Name)] = EthereumJson.Read(slot.Value, slot.Name, EthereumJson.ReadHash);
        }

        return slots;
    }

    private static void WriteSlots(Utf8JsonWriter writer, string name, IReadOnlyDictionary<Hash32, Hash32>? slots)
    {
        if (slots is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach ((Hash32 slot, Hash32 value) in slots)
        {
            writer.WriteHash(slot.ToString(), value);
        }

        writer.WriteEndObject();
    }
}
