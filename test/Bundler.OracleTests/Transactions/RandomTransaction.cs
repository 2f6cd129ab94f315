using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.OracleTests.Transactions;

/// <summary>Seeded random transactions of every type, with creations, empty data and zeros.</summary>
internal static class RandomTransaction
{
    private const int MaxEntries = 3;
    private const int ChainBits = 50;
    private const int FeeBits = 120;
    private const int GasBits = 63;

    public static Transaction Next(Random random, int type, PrivateKey authority) => type switch
    {
        0 => new LegacyTransaction
        {
            ChainId = Chain(random), Nonce = Nonce(random), GasLimit = random.Number(GasBits), To = Target(random, mayCreate: true),
            Value = random.Number(256), Data = Bytes.From(random.Data()), GasPrice = random.Number(FeeBits),
        },
        1 => new AccessListTransaction
        {
            ChainId = Chain(random), Nonce = Nonce(random), GasLimit = random.Number(GasBits), To = Target(random, mayCreate: true),
            Value = random.Number(256), Data = Bytes.From(random.Data()), GasPrice = random.Number(FeeBits), AccessList = AccessList(random),
        },
        2 => new FeeMarketTransaction
        {
            ChainId = Chain(random), Nonce = Nonce(random), GasLimit = random.Number(GasBits), To = Target(random, mayCreate: true),
            Value = random.Number(256), Data = Bytes.From(random.Data()), MaxFeePerGas = random.Number(FeeBits), MaxPriorityFeePerGas = random.Number(FeeBits),
            AccessList = AccessList(random),
        },
        _ => new SetCodeTransaction
        {
            ChainId = Chain(random), Nonce = Nonce(random), GasLimit = random.Number(GasBits), To = Target(random, mayCreate: false),
            Value = random.Number(256), Data = Bytes.From(random.Data()), MaxFeePerGas = random.Number(FeeBits), MaxPriorityFeePerGas = random.Number(FeeBits),
            AccessList = AccessList(random),
            AuthorizationList = [.. Enumerable.Range(0, random.Next(1, MaxEntries)).Select(_ => Authorization.Sign(authority, Chain(random), random.Account(), Nonce(random)))],
        },
    };

    private static UInt256 Chain(Random random) => random.Number(ChainBits) + 1;

    private static ulong Nonce(Random random) => (ulong)random.Number(GasBits);

    private static Address? Target(Random random, bool mayCreate) => mayCreate && random.Next(6) == 0 ? null : random.Account();

    private static AccessListEntry[] AccessList(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(MaxEntries)).Select(_ =>
            new AccessListEntry(random.Account(), [.. Enumerable.Range(0, random.Next(MaxEntries)).Select(_ => new Hash32(random.Octets(Hash32.Size)))])),
    ];
}
