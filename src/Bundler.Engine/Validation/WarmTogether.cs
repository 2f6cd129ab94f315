using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// What validation costs less in a bundle because operations before it touched the same contracts and slots (EIP-2929, EIP-2200): no entity's doing, and
/// anybody may choose to touch them. Grows by <see cref="Add"/> only.
/// </summary>
internal sealed class WarmTogether
{
    /// <summary>The first access to an account costs 2,600 and each later one 100.</summary>
    private const ulong WarmAccount = 2_500;

    /// <summary>The first access to a slot costs 2,100 and each later one 100.</summary>
    private const ulong WarmSlot = 2_000;

    /// <summary>The first write of a slot costs 22,100 at most, and 100 when it was written before in the same transaction.</summary>
    private const ulong DirtySlot = 22_000;

    private readonly HashSet<Address> _accounts = [];
    private readonly HashSet<(Address, Hash32)> _slots = [];
    private readonly HashSet<(Address, Hash32)> _written = [];

    /// <summary>Gas that validation can save at most behind those that were added.</summary>
    public ulong Savings(ValidationResult next)
    {
        ulong accounts = (ulong)Accounts(next).Count(_accounts.Contains);
        ulong slots = (ulong)Slots(next.AccessedSlots).Count(_slots.Contains);
        ulong written = (ulong)Slots(next.WrittenSlots).Count(_written.Contains);
        return accounts * WarmAccount + slots * WarmSlot + written * (DirtySlot - WarmSlot);
    }

    public void Add(ValidationResult validation)
    {
        _accounts.UnionWith(Accounts(validation));
        _slots.UnionWith(Slots(validation.AccessedSlots));
        _written.UnionWith(Slots(validation.WrittenSlots));
    }

    private static IEnumerable<Address> Accounts(ValidationResult validation) => validation.CodeHashes.Keys.Union(validation.AccessedSlots.Keys);

    private static IEnumerable<(Address, Hash32)> Slots(IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots) =>
        slots.SelectMany(pair => pair.Value, (pair, slot) => (pair.Key, slot));
}
