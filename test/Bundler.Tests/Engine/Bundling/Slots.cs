using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

/// <summary>Entries whose validation read and wrote given slots of one contract.</summary>
internal static class Slots
{
    public static MempoolEntry Entry(int sender, ulong nonce = 0, int[]? reads = null, int[]? writes = null) => A.Entry(
        A.UserOperation() with { Sender = A.AddressOf(sender), Nonce = nonce },
        A.Validation() with { AccessedSlots = Of([.. reads ?? [], .. writes ?? []]), WrittenSlots = Of(writes ?? []) });

    /// <summary>An entry whose validation called a contract, and nothing else.</summary>
    public static MempoolEntry Visiting(int sender, Address contract) => A.Entry(
        A.UserOperation() with { Sender = A.AddressOf(sender) },
        A.Validation() with { CodeHashes = new Dictionary<Address, Hash32> { [A.AddressOf(sender)] = default, [contract] = default } });

    public static (Address Contract, Hash32 Slot) Number(int slot) => (A.Contract, Hash32.From(slot));

    private static Dictionary<Address, IReadOnlySet<Hash32>> Of(int[] slots) =>
        slots.Length == 0 ? [] : new() { [A.Contract] = slots.Select(slot => Hash32.From(slot)).ToHashSet() };
}
