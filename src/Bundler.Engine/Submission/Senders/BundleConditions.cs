using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>
/// ERC-7796: what the validations of a bundle depended on, as conditions of its first transaction. Later versions have none: by then the
/// bundle's neighbours have changed deposits, and that is no reason to give it up. Pure.
/// </summary>
internal static class BundleConditions
{
    /// <summary>bsc refuses more entries; fewer conditions are weaker, not wrong.</summary>
    private const int MostSlots = 1_000;

    /// <summary>No later does anybody wait for it.</summary>
    private const ulong Seconds = 60;

    public static TransactionConditions? Of(Bundle bundle, ChainHead? head, ChainProfile chain)
    {
        if (head is null)
        {
            return null;
        }

        ulong lastBlock = head.Number + (ulong)Math.Ceiling(Seconds / chain.BlockTimeSeconds);
        ulong lastSecond = head.Timestamp + Seconds;
        Dictionary<Address, Dictionary<Hash32, Hash32>> known = [];
        int slots = 0;
        foreach (ValidationResult validation in bundle.Entries.Select(entry => entry.Validation).OfType<ValidationResult>())
        {
            lastSecond = Math.Min(lastSecond, validation.Window.ValidUntil);
            lastBlock = validation.BlockWindow is { } blocks ? Math.Min(lastBlock, blocks.ValidUntil) : lastBlock;
            foreach (((Address contract, Hash32 slot), Hash32 value) in validation.ReadValues)
            {
                if (slots < MostSlots && Of(known, contract).TryAdd(slot, value))
                {
                    slots++;
                }
            }
        }

        return new TransactionConditions(known.ToDictionary(pair => pair.Key, IReadOnlyDictionary<Hash32, Hash32> (pair) => pair.Value), lastBlock, lastSecond);
    }

    private static Dictionary<Hash32, Hash32> Of(Dictionary<Address, Dictionary<Hash32, Hash32>> known, Address contract)
    {
        if (!known.TryGetValue(contract, out Dictionary<Hash32, Hash32>? slots))
        {
            known[contract] = slots = [];
        }

        return slots;
    }
}
