using System.Globalization;
using System.Numerics;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Newtonsoft.Json.Linq;

namespace Bundler.OracleTests.Abi;

/// <summary>A random type with a value of it: for us, for Nethereum, and as text.</summary>
internal sealed record AbiCase(AbiType Type, object Ours, object Theirs, string Text)
{
    private const int MaxDepth = 3;
    private const int MaxItems = 4;

    public static AbiCase Next(Random random, int depth = 0) => (depth >= MaxDepth ? random.Next(7) : random.Next(10)) switch
    {
        0 => Unsigned(random),
        1 => SignedNumber(random),
        2 => Account(random),
        3 => Bool(random),
        4 => Fixed(random),
        5 => Binary(random),
        6 => String(random),
        7 => List(random, depth, isFixed: false),
        8 => List(random, depth, isFixed: true),
        _ => Tuple(random, depth),
    };

    /// <summary>A parameter as a JSON ABI describes it.</summary>
    public static JObject Describe(AbiType type, string name)
    {
        (AbiType core, string suffix) = Core(type, "");
        JObject described = new() { ["name"] = name, ["type"] = (core is AbiType.Tuple ? "tuple" : core.ToString()) + suffix };
        if (core is AbiType.Tuple tuple)
        {
            described["components"] = new JArray(tuple.Components.Select((component, index) => Describe(component.Type, $"m{index}")));
        }

        return described;
    }

    private static (AbiType Core, string Suffix) Core(AbiType type, string suffix) => type switch
    {
        AbiType.Array array => Core(array.Element, $"[]{suffix}"),
        AbiType.FixedArray array => Core(array.Element, $"[{array.Length}]{suffix}"),
        _ => (type, suffix),
    };

    private static AbiCase Unsigned(Random random)
    {
        int bits = 8 * random.Next(1, 33);
        UInt256 value = random.Number(bits);
        return new AbiCase(new AbiType.UInt(bits), value, value.ToBigInteger(), value.ToString());
    }

    private static AbiCase SignedNumber(Random random)
    {
        int bits = 8 * random.Next(1, 33);
        BigInteger value = random.Signed(bits);
        return new AbiCase(new AbiType.Int(bits), value, value, value.ToString(CultureInfo.InvariantCulture));
    }

    private static AbiCase Account(Random random)
    {
        Address value = random.Account();
        return new AbiCase(new AbiType.Address(), value, value.ToString(), value.ToLowerHex());
    }

    private static AbiCase Bool(Random random)
    {
        bool value = random.Next(2) == 0;
        return new AbiCase(new AbiType.Bool(), value, value, value.ToString());
    }

    private static AbiCase Fixed(Random random)
    {
        byte[] value = random.Octets(random.Next(1, 33));
        object ours = value.Length == Hash32.Size ? new Hash32(value) : Bytes.From(value);
        return new AbiCase(new AbiType.FixedBytes(value.Length), ours, value, value.Hex());
    }

    private static AbiCase Binary(Random random)
    {
        byte[] value = random.Data();
        return new AbiCase(new AbiType.Bytes(), Bytes.From(value), value, value.Hex());
    }

    private static AbiCase String(Random random)
    {
        string value = random.Text();
        return new AbiCase(new AbiType.String(), value, value, value);
    }

    private static AbiCase List(Random random, int depth, bool isFixed)
    {
        int seed = random.Next();
        AbiCase first = Next(new Random(seed), depth + 1);
        int length = isFixed ? random.Next(1, MaxItems) : random.Next(MaxItems);
        AbiCase[] items = [.. Enumerable.Range(0, length).Select(_ => Of(first.Type, random))];
        AbiType type = isFixed ? new AbiType.FixedArray(first.Type, length) : new AbiType.Array(first.Type);
        return Joined(type, items, theirs => theirs.ToList());
    }

    private static AbiCase Tuple(Random random, int depth)
    {
        AbiCase[] components = [.. Enumerable.Range(0, random.Next(1, MaxItems)).Select(_ => Next(random, depth + 1))];
        return Joined(AbiType.Tuple.Of([.. components.Select(component => component.Type)]), components, theirs => theirs.ToArray());
    }

    /// <summary>Another value of a type.</summary>
    public static AbiCase Of(AbiType type, Random random) => type switch
    {
        AbiType.UInt number => Of(type, random.Number(number.Bits)),
        AbiType.Int number => Of(type, random.Signed(number.Bits)),
        AbiType.Address => Account(random),
        AbiType.Bool => Bool(random),
        AbiType.FixedBytes binary => Of(type, random.Octets(binary.Length)),
        AbiType.Bytes => Binary(random),
        AbiType.String => String(random),
        AbiType.Array array => Joined(type, [.. Enumerable.Range(0, random.Next(MaxItems)).Select(_ => Of(array.Element, random))], theirs => theirs.ToList()),
        AbiType.FixedArray array => Joined(type, [.. Enumerable.Range(0, array.Length).Select(_ => Of(array.Element, random))], theirs => theirs.ToList()),
        AbiType.Tuple tuple => Joined(type, [.. tuple.Components.Select(component => Of(component.Type, random))], theirs => theirs.ToArray()),
        _ => throw new NotSupportedException(type.ToString()),
    };

    private static AbiCase Of(AbiType type, UInt256 value) => new(type, value, value.ToBigInteger(), value.ToString());

    private static AbiCase Of(AbiType type, BigInteger value) => new(type, value, value, value.ToString(CultureInfo.InvariantCulture));

    private static AbiCase Of(AbiType type, byte[] value) =>
        new(type, value.Length == Hash32.Size ? new Hash32(value) : Bytes.From(value), value, value.Hex());

    private static AbiCase Joined(AbiType type, AbiCase[] items, Func<IEnumerable<object>, object> theirs) => new(
        type, items.Select(item => item.Ours).ToList(), theirs(items.Select(item => item.Theirs)), $"[{string.Join(',', items.Select(item => item.Text))}]");
}
