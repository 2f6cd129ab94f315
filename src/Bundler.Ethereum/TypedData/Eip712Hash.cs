using System.Collections;
using System.Globalization;
using System.Text;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.TypedData;

/// <summary>
/// EIP-712: encodeType, hashStruct and the digest that is signed. Values are those of the ABI codec; a struct is a dictionary by member name,
/// an array a list.
/// </summary>
public static class Eip712Hash
{
    private const int MaxDepth = 32;

    /// <summary>keccak256(0x1901 ‖ domainSeparator ‖ structHash): the digest that is signed.</summary>
    public static Hash32 Message(Hash32 domainSeparator, Hash32 structHash)
    {
        Span<byte> preimage = stackalloc byte[2 + 2 * Hash32.Size];
        preimage[0] = 0x19;
        preimage[1] = 0x01;
        domainSeparator.Span.CopyTo(preimage[2..]);
        structHash.Span.CopyTo(preimage[(2 + Hash32.Size)..]);
        return Keccak256.Hash(preimage);
    }

    /// <inheritdoc cref="Struct"/>
    public static Hash32 Message(
        Eip712Domain domain, IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string primaryType, IReadOnlyDictionary<string, object> values) =>
        Message(domain.Separator(), Struct(types, primaryType, values));

    /// <summary>keccak256(typeHash ‖ encodeData(values)).</summary>
    /// <exception cref="CodecException">A type is unknown, a member missing, or a value does not fit; the path leads to it.</exception>
    public static Hash32 Struct(
        IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string primaryType, IReadOnlyDictionary<string, object> values) =>
        Struct(types, primaryType, values, 1);

    /// <summary>keccak256 of <see cref="EncodeType"/>.</summary>
    public static Hash32 TypeHash(IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string primaryType) =>
        Keccak256.Hash(Encoding.UTF8.GetBytes(EncodeType(types, primaryType)));

    /// <summary>The primary type, then every struct type it refers to in alphabetical order.</summary>
    /// <exception cref="CodecException">The primary type is unknown.</exception>
    public static string EncodeType(IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string primaryType)
    {
        SortedSet<string> referred = new(StringComparer.Ordinal);
        Stack<string> open = new([primaryType]);
        while (open.TryPop(out string? name))
        {
            foreach (Eip712Field field in Fields(types, name))
            {
                string core = Core(field.Type);
                if (core != primaryType && types.ContainsKey(core) && referred.Add(core))
                {
                    open.Push(core);
                }
            }
        }

        StringBuilder text = new();
        foreach (string name in (IEnumerable<string>)[primaryType, .. referred])
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}({string.Join(',', Fields(types, name).Select(field => $"{field.Type} {field.Name}"))})");
        }

        return text.ToString();
    }

    private static Hash32 Struct(
        IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string name, IReadOnlyDictionary<string, object> values, int depth)
    {
        IReadOnlyList<Eip712Field> fields = Fields(types, name);
        byte[] preimage = new byte[(1 + fields.Count) * Hash32.Size];
        TypeHash(types, name).Span.CopyTo(preimage);
        for (int i = 0; i < fields.Count; i++)
        {
            Eip712Field field = fields[i];
            try
            {
                object value = values.TryGetValue(field.Name, out object? found) ? found : throw new CodecException("is missing");
                Encode(types, field.Type, value, depth).Span.CopyTo(preimage.AsSpan((1 + i) * Hash32.Size));
            }
            catch (CodecException fault)
            {
                throw fault.Within(field.Name);
            }
        }

        return Keccak256.Hash(preimage);
    }

    private static Hash32 Encode(IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string type, object value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new CodecException($"nested deeper than {MaxDepth} levels");
        }

        if (type.EndsWith(']'))
        {
            return EncodeArray(types, type, value, depth);
        }

        if (types.ContainsKey(type))
        {
            return value is IReadOnlyDictionary<string, object> members
                ? Struct(types, type, members, depth + 1)
                : throw new CodecException($"expected the members of {type}, got {value?.GetType().Name ?? "null"}");
        }

        AbiType atomic = AbiType.Parse(type);
        switch (atomic)
        {
            case AbiType.Bytes:
                return Keccak256.Hash(AbiWord.Binary(atomic, value));
            case AbiType.String:
                byte[] utf8 = new byte[AbiEncoder.Utf8Length(atomic, value)];
                Encoding.UTF8.GetBytes((string)value, utf8);
                return Keccak256.Hash(utf8);
            default:
                Span<byte> word = stackalloc byte[Hash32.Size];
                word.Clear();
                AbiWord.Write(atomic, value, word);
                return new Hash32(word);
        }
    }

    private static Hash32 EncodeArray(IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string type, object value, int depth)
    {
        int bracket = type.LastIndexOf('[');
        string element = bracket > 0 ? type[..bracket] : throw new CodecException($"'{type}' is not a type");
        ICollection items = value as ICollection ?? throw new CodecException($"expected {type}, got {value?.GetType().Name ?? "null"}");
        ReadOnlySpan<char> length = type.AsSpan(bracket + 1, type.Length - bracket - 2);
        if (!length.IsEmpty && !length.SequenceEqual(items.Count.ToString(CultureInfo.InvariantCulture)))
        {
            throw new CodecException($"{type} takes {length} values, got {items.Count}");
        }

        byte[] preimage = new byte[items.Count * Hash32.Size];
        int index = 0;
        foreach (object item in items)
        {
            try
            {
                Encode(types, element, item, depth + 1).Span.CopyTo(preimage.AsSpan(index * Hash32.Size));
            }
            catch (CodecException fault)
            {
                throw fault.Within($"[{index}]");
            }

            index++;
        }

        return Keccak256.Hash(preimage);
    }

    private static IReadOnlyList<Eip712Field> Fields(IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> types, string name) =>
        types.TryGetValue(name, out IReadOnlyList<Eip712Field>? fields) ? fields : throw new CodecException($"'{name}' is not among the types");

    private static string Core(string type)
    {
        int bracket = type.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0 ? type : type[..bracket];
    }
}
