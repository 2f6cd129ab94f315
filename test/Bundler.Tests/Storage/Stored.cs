using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Tests.Ethereum;

namespace Bundler.Tests.Storage;

/// <summary>Records as the Engine hands them to the stores, different for each number.</summary>
internal static class Stored
{
    public static readonly Address EntryPoint = Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032");
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static Hash32 Hash(int number) => new Random(number).NextHash();

    public static StoredOperation Operation(int number, int bytes = 200)
    {
        Random random = new(number);
        return new StoredOperation(
            random.NextHash(), EntryPoint, random.NextAddress(), Bytes.Own(random.NextBytes(bytes)), Noon.AddTicks(number), (ulong)number, number)
        {
            ReturnedAt = number % 2 == 0 ? Noon.AddMinutes(number) : null,
            Validation = number % 3 == 0 ? null : Bytes.Own([(byte)number]),
        };
    }

    public static OperationStatusRecord Status(int number, OperationState state, string? reason = null) =>
        new(Hash(number), state, null, reason, Noon.AddSeconds(number));

    public static StoredTransaction Transaction(int number, Guid bundle, params Hash32[] userOpHashes)
    {
        Random random = new(number);
        return new StoredTransaction(
            bundle, random.NextHash(), random.NextAddress(), ulong.MaxValue - 1, EntryPoint, userOpHashes, Bytes.Own(random.NextBytes(300)),
            random.NextUInt256(), random.NextUInt256(), userOpHashes.Length == 0, Noon.AddMilliseconds(number));
    }

    public static BlockMark Mark(ulong number, int fork = 0) => new(number, Hash((int)number + 1_000_000 * (fork + 1)));

    /// <summary>A block with the operations of these numbers, each in a transaction of its own.</summary>
    public static IndexedBlock Block(BlockMark mark, params int[] operations) =>
        new(
            mark,
            [.. operations.Select((number, index) => Included(number, mark, (ulong)index))],
            [.. operations.Select(number => new IndexedReceipt(Transaction(number), Bytes.Own(new Random(number).NextBytes(500))))]);

    /// <summary>A bundle of two operations, as the ledger has it.</summary>
    public static LedgerEntry Entry(int number, ulong block, ulong index = 0)
    {
        Random random = new(number);
        LedgerShare[] shares = [new(random.NextHash(), 70, 40), new(random.NextHash(), 30, 50)];
        return new LedgerEntry
        {
            TransactionHash = random.NextHash(),
            BlockNumber = block,
            BlockHash = Mark(block).Hash,
            TransactionIndex = index,
            Time = Noon.AddSeconds(block),
            Kind = LedgerKind.Bundle,
            Success = true,
            BundleId = new Guid(number, 0, 0, new byte[8]),
            Signer = EntryPoint,
            Nonce = (ulong)number,
            EntryPoint = EntryPoint,
            Beneficiary = EntryPoint,
            GasUsed = 9,
            EffectiveGasPrice = 10,
            GasPaid = 90,
            FeesReceived = 100,
            Shares = shares,
        };
    }

    public static Hash32 Transaction(int operation) => Hash(operation + 500_000);

    private static IncludedOperation Included(int number, BlockMark block, ulong logIndex)
    {
        Random random = new(number);
        return new IncludedOperation(
            random.NextHash(), EntryPoint, random.NextAddress(), UInt256.MaxValue, number % 2 == 0 ? null : random.NextAddress(), number % 3 != 0,
            random.NextUInt256(), random.NextUInt256(), number % 3 == 0 ? Bytes.Empty : null, Bytes.Own(random.NextBytes(100)),
            number % 5 == 0 ? null : Bytes.Own(random.NextBytes(700)), Transaction(number), block, logIndex, number % 4 == 1);
    }
}
