using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-2930: an address and the slots of it that a transaction pays for in advance.</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash32> StorageKeys)
{
    public bool Equals(AccessListEntry? other) =>
        other is not null && Address == other.Address && StorageKeys.SequenceEqual(other.StorageKeys);

    public override int GetHashCode() => HashCode.Combine(Address, StorageKeys.Count);

    internal static void WriteAll(RlpWriter writer, IReadOnlyList<AccessListEntry> entries)
    {
        writer.StartList();
        foreach (AccessListEntry entry in entries)
        {
            writer.StartList();
            writer.WriteAddress(entry.Address);
            writer.StartList();
            foreach (Hash32 key in entry.StorageKeys)
            {
                writer.WriteHash(key);
            }

            writer.EndList();
            writer.EndList();
        }

        writer.EndList();
    }

    internal static IReadOnlyList<AccessListEntry> ReadAll(ref RlpReader fields)
    {
        List<AccessListEntry> entries = [];
        RlpReader list = fields.ReadList();
        while (!list.AtEnd)
        {
            RlpReader entry = list.ReadList();
            Address address = entry.ReadAddress();
            List<Hash32> keys = [];
            RlpReader slots = entry.ReadList();
            entry.End();
            while (!slots.AtEnd)
            {
                keys.Add(slots.ReadHash());
            }

            entries.Add(new AccessListEntry(address, keys));
        }

        return entries;
    }
}
