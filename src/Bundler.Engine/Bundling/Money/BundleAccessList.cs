using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Engine.Bundling.Money;

/// <summary>
/// The access list of a bundle (EIP-2930), as far as one pays. Listing an address costs 2,400 gas and saves 2,500 at its first use. The list is paid
/// by the bundler; what an operation uses less is saved by whoever pays for the operation. So only that is listed which no operation is charged for:
/// the aggregators, whom the EntryPoint asks before the first operation, and a beneficiary who is not the signer. Pure.
/// </summary>
public static class BundleAccessList
{
    /// <summary>Gas that one address saves beyond what it costs.</summary>
    public const ulong Saving = 100;

    /// <param name="entries">The operations.</param>
    /// <param name="signer">Warm from the start, like the EntryPoint.</param>
    /// <param name="beneficiary">Who gets the fees.</param>
    /// <param name="gasUsed">What the transaction uses without a list.</param>
    /// <param name="floor">The least that its call data makes it pay (EIP-7623): at the floor nothing is saved.</param>
    public static IReadOnlyList<AccessListEntry> Of(
        IReadOnlyList<MempoolEntry> entries, Address signer, Address beneficiary, ulong gasUsed, ulong floor)
    {
        Address[] worth =
        [
            .. entries.Select(entry => entry.Validation?.Aggregator ?? signer).Append(beneficiary)
                .Where(address => address != signer && !address.IsZero)
                .Distinct()
                .Where(address => !entries.Any(entry => Touches(entry, address))),
        ];
        return gasUsed < floor + (ulong)worth.Length * Saving ? [] : [.. worth.Select(address => new AccessListEntry(address, []))];
    }

    /// <summary>Its operations warm it anyway, and are charged for that.</summary>
    private static bool Touches(MempoolEntry entry, Address address) =>
        entry.Operation.Sender == address || entry.Operation.Paymaster == address || entry.Operation.Factory == address
        || entry.Validation?.CodeHashes.ContainsKey(address) == true;
}
