using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>What rules may ask the mempool. A view is only good during the call it is handed to.</summary>
public readonly struct MempoolView(Mempool pool)
{
    public Address EntryPoint => pool.EntryPoint.Address;

    public bool Contains(Hash32 userOpHash) => pool.Contains(userOpHash);

    /// <summary>The operation that an operation of this sender and nonce would replace.</summary>
    public MempoolEntry? Find(Address sender, UInt256 nonce) => pool.Find(sender, nonce);

    /// <summary>How many pending operations name the address in this role.</summary>
    public int Count(EntityKind kind, Address address) => pool.Entities.Count(new Entity(kind, address));

    /// <summary>The pending operations that name the address in this role.</summary>
    public IEnumerable<MempoolEntry> Of(EntityKind kind, Address address) => pool.Of(new Entity(kind, address));

    /// <summary>The pending operations that name the address in any role.</summary>
    public IEnumerable<MempoolEntry> Naming(Address address)
    {
        MempoolView view = this;
        return Enum.GetValues<EntityKind>().SelectMany(kind => view.Of(kind, address));
    }

    /// <summary>What is neither on its way into the store nor in a bundle.</summary>
    public IEnumerable<MempoolEntry> Idle() => pool.All.Where(entry => entry.IsIdle);

    /// <summary>How long the operation has not been able to go, and why; <c>null</c> where nothing was in its way.</summary>
    public (TimeSpan For, string Reason)? Wait(MempoolEntry entry) =>
        pool.WaitsFor(entry.UserOpHash) is { } time ? (time, pool.WaitsBecause(entry)!) : null;

    /// <summary>Whether the operation has to be validated before it is offered to bundles.</summary>
    public bool IsRestored(Hash32 userOpHash) => pool.IsUnvalidated(userOpHash);

    /// <summary>The operations that have to be validated before they are offered to bundles, best paid first.</summary>
    public IEnumerable<MempoolEntry> Restored() => pool.Unvalidated();

    /// <summary>The pending operations of one sender and nonce key, in order.</summary>
    public IReadOnlyList<MempoolEntry> Queue(Address sender, UInt256 key) => pool.Queue(sender, key);

    /// <summary>EREP-010: wei that the pending operations of a paymaster may cost it.</summary>
    public UInt256 PaymasterReserve(Address paymaster) => pool.Reserve(paymaster);

    /// <summary>The pending operations whose validation used storage of this contract.</summary>
    public IEnumerable<MempoolEntry> TouchedBy(Address contract) => pool.TouchedBy(contract);
}
