using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>ERC-7796: what must hold at a node's head for it to take a transaction.</summary>
/// <param name="KnownAccounts">Contract → slot → the value that it must have.</param>
/// <param name="BlockNumberMax">Not after this block.</param>
/// <param name="TimestampMax">Not after this block time, unix seconds.</param>
public sealed record TransactionConditions(
    IReadOnlyDictionary<Address, IReadOnlyDictionary<Hash32, Hash32>> KnownAccounts, ulong BlockNumberMax, ulong TimestampMax)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("knownAccounts");
        foreach ((Address account, IReadOnlyDictionary<Hash32, Hash32> slots) in KnownAccounts)
        {
            writer.WriteStartObject(account.ToLowerHex());
            foreach ((Hash32 slot, Hash32 value) in slots)
            {
                writer.WriteHash(slot.ToString(), value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteQuantity("blockNumberMax", BlockNumberMax);
        writer.WriteQuantity("timestampMax", TimestampMax);
        writer.WriteEndObject();
    }
}
