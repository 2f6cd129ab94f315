using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>The type tree of the contract ABI; equal trees have equal canonical text and component names.</summary>
public abstract record AbiType
{
    internal const int WordSize = 32;
    internal const int MaxDepth = 32;
    internal const int MaxHeadSize = 1 << 24;

    private AbiType(bool isDynamic = false, long headSize = WordSize, int depth = 1)
    {
        if (depth > MaxDepth)
        {
            throw new CodecException($"the type is nested deeper than {MaxDepth} levels");
        }

        if (headSize > MaxHeadSize)
        {
            throw new CodecException($"the type has a static part of more than {MaxHeadSize} bytes");
        }

        IsDynamic = isDynamic;
        ContentSize = (int)headSize;
        Depth = depth;
    }

    /// <summary>Whether the value stands in the tail, with an offset in the head.</summary>
    public bool IsDynamic { get; }

    /// <summary>The bytes this type takes in the head of what contains it.</summary>
    public int HeadSize => IsDynamic ? WordSize : ContentSize;

    /// <summary>The bytes of the heads of the components of a tuple or fixed array, one word for the rest.</summary>
    internal int ContentSize { get; }

    private int Depth { get; }

    /// <summary><c>(address,uint256)[]</c> to its tree; see <see cref="AbiTypeParser"/>.</summary>
    /// <exception cref="CodecException">Not a type of the ABI.</exception>
    public static AbiType Parse(string text) => AbiTypeParser.Parse(text);

    /// <summary>The canonical text that signatures are hashed from.</summary>
    public sealed override string ToString() => Text();

    private protected abstract string Text();

    private static int WholeBytes(int bits, string type) =>
        bits is >= 8 and <= 256 && bits % 8 == 0 ? bits : throw new CodecException($"{type}{bits} is not a type");

    private static AbiType Occupying(AbiType element) =>
        element.HeadSize > 0 ? element : throw new CodecException("an array of empty tuples is not a type");

    /// <summary>uint8 to uint256; the value is a <see cref="UInt256"/>.</summary>
    public sealed record UInt(int Bits) : AbiType
    {
        public int Bits { get; } = WholeBytes(Bits, "uint");

        private protected override string Text() => $"uint{Bits}";
    }

    /// <summary>int8 to int256; the value is a <see cref="System.Numerics.BigInteger"/>.</summary>
    public sealed record Int(int Bits) : AbiType
    {
        public int Bits { get; } = WholeBytes(Bits, "int");

        private protected override string Text() => $"int{Bits}";
    }

    /// <summary>The value is a <see cref="Primitives.Address"/>.</summary>
    public sealed record Address : AbiType
    {
        private protected override string Text() => "address";
    }

    /// <summary>The value is a <see cref="bool"/>.</summary>
    public sealed record Bool : AbiType
    {
        private protected override string Text() => "bool";
    }

    /// <summary>bytes1 to bytes32; the value is a <see cref="Primitives.Bytes"/>, for bytes32 a <see cref="Hash32"/>.</summary>
    public sealed record FixedBytes(int Length) : AbiType
    {
        public int Length { get; } = Length is >= 1 and <= WordSize ? Length : throw new CodecException($"bytes{Length} is not a type");

        private protected override string Text() => $"bytes{Length}";
    }

    /// <summary>The value is a <see cref="Primitives.Bytes"/>.</summary>
    public sealed record Bytes() : AbiType(isDynamic: true)
    {
        private protected override string Text() => "bytes";
    }

    /// <summary>UTF-8 text; the value is a <see cref="string"/>.</summary>
    public sealed record String() : AbiType(isDynamic: true)
    {
        private protected override string Text() => "string";
    }

    /// <summary>T[]; the value is a list.</summary>
    public sealed record Array(AbiType Element) : AbiType(isDynamic: true, depth: Element.Depth + 1)
    {
        public AbiType Element { get; } = Occupying(Element);

        private protected override string Text() => $"{Element}[]";
    }

    /// <summary>T[k] with k of at least 1; the value is a list of that length.</summary>
    public sealed record FixedArray(AbiType Element, int Length) : AbiType(Element.IsDynamic, (long)Element.HeadSize * Length, Element.Depth + 1)
    {
        public AbiType Element { get; } = Occupying(Element);

        public int Length { get; } = Length > 0 ? Length : throw new CodecException("an array of fixed length has at least one element");

        private protected override string Text() => $"{Element}[{Length}]";
    }

    /// <summary>(T1,…,Tn), the names optional; the value is a list in the order of the components.</summary>
    public sealed record Tuple : AbiType
    {
        private readonly AbiParameter[] _components;

        public Tuple(params IReadOnlyList<AbiParameter> components)
            : base(
                components.Any(c => c.Type.IsDynamic),
                components.Sum(c => (long)c.Type.HeadSize),
                1 + components.Select(c => c.Type.Depth).DefaultIfEmpty().Max()) =>
            _components = [.. components];

        public static Tuple Empty { get; } = new();

        public IReadOnlyList<AbiParameter> Components => _components;

        /// <summary>A tuple of these types, without names.</summary>
        public static Tuple Of(IReadOnlyList<AbiType> types) => new([.. types.Select(type => new AbiParameter(type))]);

        public bool Equals(Tuple? other) => other is not null && _components.AsSpan().SequenceEqual(other._components);

        public override int GetHashCode() => _components.Aggregate(17, HashCode.Combine);

        internal ReadOnlySpan<AbiParameter> Span => _components;

        private protected override string Text() => $"({string.Join(',', _components.Select(c => c.Type))})";
    }
}
