using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>
/// The members of an operation object: each at most once, none that is not known, JSON null like absent. Quantities may have leading zeros,
/// because libraries pad them; everything else is strict.
/// </summary>
internal sealed class OperationFields
{
    private const int MaxShownName = 64;
    private const int MaxFeeOrGasBits = 120;

    private readonly Dictionary<string, JsonElement> _members = [];

    /// <param name="json">The object.</param>
    /// <param name="known">The names it may have.</param>
    /// <param name="what">What the object is, for messages: "an EntryPoint v0.7 operation".</param>
    /// <exception cref="CodecException">Not an object, or an unknown or repeated member.</exception>
    public OperationFields(JsonElement json, ReadOnlySpan<string> known, string what)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CodecException($"expected {what} as an object, got {KindOf(json)}");
        }

        foreach (JsonProperty member in json.EnumerateObject())
        {
            string name = Text(() => member.Name);
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!known.Contains(name))
            {
                throw new CodecException(name.Length <= MaxShownName ? name : name[..MaxShownName] + "…", $"is not a field of {what}");
            }

            if (!_members.TryAdd(name, member.Value))
            {
                throw new CodecException(name, "occurs twice");
            }
        }
    }

    public bool Has(string name) => _members.ContainsKey(name);

    /// <exception cref="CodecException">Absent.</exception>
    public void Require(string name)
    {
        if (!Has(name))
        {
            throw new CodecException(name, "is missing");
        }
    }

    /// <exception cref="CodecException">Present without <paramref name="companion"/>.</exception>
    public void RequireWith(string name, string companion)
    {
        if (Has(companion) && !Has(name))
        {
            throw new CodecException(name, $"is missing, it comes together with {companion}");
        }
    }

    public Address Address(string name)
    {
        Require(name);
        return Parse(name, text => Ethereum.Primitives.Address.Parse(text));
    }

    /// <summary>DATA of any length.</summary>
    public Bytes Data(string name)
    {
        Require(name);
        return Parse(name, text => Bytes.Parse(text));
    }

    /// <summary>DATA; empty where absent.</summary>
    public Bytes DataOrEmpty(string name) => Has(name) ? Data(name) : Bytes.Empty;

    /// <summary>The text of a member that has a form of its own.</summary>
    public string Text(string name)
    {
        Require(name);
        return Parse(name, text => text);
    }

    /// <summary>A number of at most <paramref name="bits"/> bits.</summary>
    public UInt256 Quantity(string name, int bits = 256)
    {
        Require(name);
        return Parse(name, text =>
        {
            UInt256 value = UInt256.ParseHex(text);
            return value.BitLength <= bits ? value : throw new CodecException($"exceeds {bits} bits");
        });
    }

    /// <summary>A number of at most <paramref name="bits"/> bits, which may be a number of JSON's: several libraries send their integers as they are.</summary>
    public UInt256 QuantityOrNumber(string name, int bits = 256) =>
        _members.TryGetValue(name, out JsonElement json) && json.ValueKind == JsonValueKind.Number
            ? json.TryGetUInt64(out ulong number) ? number : throw new CodecException(name, "expected a whole number of at most 64 bits, or a hex string")
            : Quantity(name, bits);

    /// <summary>A member that is an object of its own; <c>null</c> where absent.</summary>
    public OperationFields? Object(string name, ReadOnlySpan<string> known, string what) =>
        _members.TryGetValue(name, out JsonElement json) ? new OperationFields(json, known, what) : null;

    /// <summary>A gas or fee value: the EntryPoint refuses more than a uint120.</summary>
    public UInt256 GasOrFee(string name)
    {
        UInt256 value = Quantity(name);
        return value.BitLength <= MaxFeeOrGasBits
            ? value
            : throw new CodecException(name, $"exceeds {MaxFeeOrGasBits} bits (AA94 gas values overflow)");
    }

    /// <summary>A gas or fee value; zero where it is absent.</summary>
    public UInt256 GasOrFeeOrZero(string name) => Has(name) ? GasOrFee(name) : UInt256.Zero;

    /// <summary>The EIP-7702 tuple; <c>null</c> where absent.</summary>
    public Authorization? Authorization(string name) =>
        _members.TryGetValue(name, out JsonElement json) ? AuthorizationJson.Read(json, name) : null;

    internal static string KindOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private T Parse<T>(string name, Func<string, T> parse)
    {
        JsonElement json = _members[name];
        try
        {
            return json.ValueKind == JsonValueKind.String
                ? parse(Text(() => json.GetString()!))
                : throw new CodecException($"expected a hex string, got {KindOf(json)}");
        }
        catch (CodecException fault)
        {
            throw fault.Within(name);
        }
    }

    // The parser accepts half a surrogate pair and broken UTF-8; only reading the text finds them.
    private static string Text(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException fault)
        {
            throw new CodecException("", "the text is not valid Unicode", fault);
        }
    }
}
