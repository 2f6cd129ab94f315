using System.Numerics;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

/// <summary>Random types and values from a fixed seed.</summary>
public sealed class AbiFuzzTests
{
    private const int Seed = 4337;

    [Test]
    public void Decode_of_encode_is_the_identity()
    {
        Random random = new(Seed);
        for (int i = 0; i < 3000; i++)
        {
            AbiType type = RandomType(random, 4);
            object value = RandomValue(random, type);

            Assert.That(AbiDecoder.Decode([type], AbiEncoder.Encode([type], [value])), Is.EqualTo(new[] { value }), $"round {i}: {type}");
        }
    }

    [Test]
    public void The_text_of_a_type_parses_to_the_type()
    {
        Random random = new(Seed);
        for (int i = 0; i < 1000; i++)
        {
            AbiType type = RandomType(random, 5);

            Assert.That(AbiType.Parse(type.ToString()), Is.EqualTo(type));
        }
    }

    [Test]
    public void Noise_is_decoded_or_refused_but_never_crashes()
    {
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            AbiType type = RandomType(random, 4);
            byte[] data = i % 2 == 0 ? Noise(random) : Damaged(random, AbiEncoder.Encode([type], [RandomValue(random, type)]));
            try
            {
                AbiDecoder.Decode([type], data);
            }
            catch (CodecException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(1, 9_999));
    }

    [Test]
    public void A_type_text_of_noise_is_parsed_or_refused_but_never_crashes()
    {
        const string Alphabet = "(()),[]uint256bytes32 aoldr\0\u00e4";
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                AbiType.Parse(text);
            }
            catch (CodecException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(0));
    }

    private static AbiType RandomType(Random random, int depth) => random.Next(depth > 0 ? 11 : 8) switch
    {
        0 or 1 => new AbiType.UInt(8 * random.Next(1, 33)),
        2 => new AbiType.Int(8 * random.Next(1, 33)),
        3 => new AbiType.Address(),
        4 => new AbiType.Bool(),
        5 => new AbiType.FixedBytes(random.Next(1, 33)),
        6 => new AbiType.Bytes(),
        7 => new AbiType.String(),
        8 => new AbiType.Array(RandomType(random, depth - 1)),
        9 => new AbiType.FixedArray(RandomType(random, depth - 1), random.Next(1, 4)),
        _ => new AbiType.Tuple([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new AbiParameter(RandomType(random, depth - 1)))]),
    };

    private static object RandomValue(Random random, AbiType type) => type switch
    {
        AbiType.UInt number => UInt256.FromBigEndian(RandomBytes(random, number.Bits / 8)),
        AbiType.Int number => new BigInteger(RandomBytes(random, number.Bits / 8)),
        AbiType.Address => new Address(RandomBytes(random, Address.Size)),
        AbiType.Bool => random.Next(2) == 1,
        AbiType.FixedBytes { Length: Hash32.Size } => new Hash32(RandomBytes(random, Hash32.Size)),
        AbiType.FixedBytes bytes => Bytes.Own(RandomBytes(random, bytes.Length)),
        AbiType.Bytes => Bytes.Own(RandomBytes(random, random.Next(70))),
        AbiType.String => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => char.ConvertFromUtf32(random.Next(0x20, 0xd800)))),
        AbiType.Array array => RandomValues(random, array.Element, random.Next(4)),
        AbiType.FixedArray array => RandomValues(random, array.Element, array.Length),
        AbiType.Tuple tuple => tuple.Components.Select(component => RandomValue(random, component.Type)).ToArray(),
        _ => throw new ArgumentException(type.ToString(), nameof(type)),
    };

    private static object[] RandomValues(Random random, AbiType element, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => RandomValue(random, element))];

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Words that look like offsets and lengths more often than chance would have it.</summary>
    private static byte[] Noise(Random random)
    {
        byte[] data = RandomBytes(random, random.Next(600));
        for (int at = 0; at + 32 <= data.Length; at += 32)
        {
            if (random.Next(4) > 0)
            {
                data.AsSpan(at, 30).Clear();
                data[at + 30] = (byte)random.Next(2);
            }
        }

        return data;
    }

    private static byte[] Damaged(Random random, Bytes encoding)
    {
        byte[] data = encoding.ToArray();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            data[random.Next(data.Length)] = (byte)random.Next(256);
        }

        return data[..random.Next(data.Length + 1)];
    }
}
