using System.Numerics;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.OracleTests;

/// <summary>Seeded random values, with the edges more often than chance would have them.</summary>
internal static class RandomValues
{
    private const int WordBits = 256;

    public static byte[] Octets(this Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Empty, short, around the edges of RLP and ABI, or some hundred.</summary>
    public static byte[] Data(this Random random) => random.Octets(random.Next(7) switch
    {
        0 => 0,
        1 => 1,
        2 => random.Next(31, 34),
        3 => random.Next(54, 58),
        4 => random.Next(254, 258),
        _ => random.Next(400),
    });

    public static UInt256 Number(this Random random, int bits) => random.Next(6) switch
    {
        0 => UInt256.Zero,
        1 => UInt256.MaxValue >> (WordBits - bits),
        2 => UInt256.One,
        _ => UInt256.FromBigEndian(random.Octets(Hash32.Size)) >> (WordBits - bits + random.Next(bits)),
    };

    public static BigInteger Signed(this Random random, int bits) => random.Next(6) switch
    {
        0 => BigInteger.Zero,
        1 => BigInteger.MinusOne,
        2 => BigInteger.Pow(2, bits - 1) - 1,
        3 => -BigInteger.Pow(2, bits - 1),
        _ => (random.Number(bits - 1).ToBigInteger() * (random.Next(2) == 0 ? 1 : -1)),
    };

    public static Address Account(this Random random) => new(random.Octets(Address.Size));

    public static string Text(this Random random)
    {
        const string alphabet = "abc XYZ0189-äß漢字🙂";
        int[] starts = [.. Enumerable.Range(0, alphabet.Length).Where(index => !char.IsLowSurrogate(alphabet[index]))];
        return string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => starts[random.Next(starts.Length)])
            .Select(start => alphabet.Substring(start, char.IsHighSurrogate(alphabet[start]) ? 2 : 1)));
    }

    /// <summary>32 bytes that are a key: the chance of another is one in 2^128.</summary>
    public static PrivateKey Key(this Random random, out byte[] secret) => new(secret = random.Octets(Secp256k1.SecretSize));

    public static string Hex(this byte[] bytes) => Ethereum.Primitives.Hex.Encode(bytes);
}
