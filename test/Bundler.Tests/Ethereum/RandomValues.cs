using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum;

/// <summary>Seeded random values of the primitives, with the edges more often than chance would have them.</summary>
internal static class RandomValues
{
    public static byte[] NextBytes(this Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static Address NextAddress(this Random random) => new(random.NextBytes(Address.Size));

    public static Hash32 NextHash(this Random random) => new(random.NextBytes(Hash32.Size));

    public static ulong NextUInt64(this Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => 1,
        2 => ulong.MaxValue,
        3 => 1UL << random.Next(64),
        _ => (ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64(),
    };

    public static UInt256 NextUInt256(this Random random)
    {
        UInt256 value = new(random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64());
        return random.Next(3) == 0 ? value : value >> random.Next(257);
    }
}
