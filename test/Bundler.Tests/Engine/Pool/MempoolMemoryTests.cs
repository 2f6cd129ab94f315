using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

/// <summary>What a pending operation holds in memory, with what its validation has shown; scripts/bench pool measures it with a node.</summary>
public sealed class MempoolMemoryTests
{
    private const int Operations = 1_000;
    private const int Bound = 4_096;

    [Test]
    public void A_pending_operation_holds_a_few_kilobytes()
    {
        Measure();

        // Others may allocate in the meantime: the least of three is the mempool's own.
        long least = Enumerable.Range(0, 3).Select(_ => Measure()).Min();

        Assert.That(least / Operations, Is.InRange(500, Bound), "managed bytes for each operation");
    }

    private static long Measure()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Mempool pool = new(A.EntryPoint, new PoolOptions(), new MemoryMempoolStore(), new OperationFeed(), TimeProvider.System);
        for (int i = 0; i < Operations; i++)
        {
            pool.Restore(A.Entry(Operation(i), Validation(i), sequence: i));
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(pool);
        return after - before;
    }

    private static UserOperation Operation(int i) => A.UserOperation() with
    {
        Sender = A.AddressOf(i),
        Factory = A.Factory,
        FactoryData = Bytes.Own(new byte[68]),
        CallData = Bytes.Own(new byte[132]),
        Signature = Bytes.Own(new byte[65]),
    };

    /// <summary>As of the first operation of a SimpleAccount.</summary>
    private static ValidationResult Validation(int i)
    {
        Address sender = A.AddressOf(i);
        Address[] visited = [sender, A.Factory, A.Contract];
        (Address, Hash32)[] read = [(sender, A.HashOf(0)), .. Enumerable.Range(1, 5).Select(slot => (A.EntryPoint.Address, A.HashOf((ulong)(i + slot))))];
        CompactMap<Address, IReadOnlySet<Hash32>> own = new([KeyValuePair.Create(sender, (IReadOnlySet<Hash32>)new CompactSet<Hash32>([A.HashOf(0)]))]);
        return A.Validation() with
        {
            Stakes = new CompactMap<Address, StakeInfo>([.. visited.Select(address => KeyValuePair.Create(address, StakeInfo.None(address)))]),
            AccessedSlots = own,
            WrittenSlots = own,
            ReadValues = new CompactMap<(Address, Hash32), Hash32>([.. read.Select(slot => KeyValuePair.Create(slot, Hash32.Zero))]),
            CodeHashes = new CompactMap<Address, Hash32>([.. visited.Select(address => KeyValuePair.Create(address, A.HashOf(1)))]),
        };
    }
}
