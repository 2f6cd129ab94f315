using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>Reads the fields of a wish and remembers what is wrong with them.</summary>
internal sealed class WishFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public WishFields(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _faults.Add("it is not a JSON object");
            return;
        }

        foreach (JsonProperty field in root.EnumerateObject())
        {
            if (!_fields.TryAdd(field.Name, field.Value))
            {
                _faults.Add($"{field.Name} is there twice");
            }
        }
    }

    public IReadOnlyList<string> Faults => _faults;

    public IEnumerable<string> Names => _fields.Keys;

    public void Fault(string sentence) => _faults.Add(sentence);

    public bool Has(string name) => _fields.ContainsKey(name);

    public Address? Address(string name, Address? otherwise = null) =>
        Read(name, otherwise, "an address, with its checksum where it has upper case", text => Ethereum.Primitives.Address.ParseChecksummed(text));

    public Hash32? Hash(string name, Hash32 otherwise) => Read(name, otherwise, "0x and 64 hex digits", text => Hash32.Parse(text));

    /// <summary>A decimal number in text: JSON's own numbers lose digits in many programs.</summary>
    public UInt256? Wei(string name, UInt256? otherwise = null) => Read(name, otherwise, "wei, a whole number in quotes", text => UInt256.ParseDecimal(text));

    public uint? Seconds(string name, uint otherwise)
    {
        if (!_fields.TryGetValue(name, out JsonElement field))
        {
            return otherwise;
        }

        if (field.ValueKind == JsonValueKind.Number && field.TryGetUInt32(out uint seconds))
        {
            return seconds;
        }

        _faults.Add($"{name} must be seconds, a whole number without quotes");
        return null;
    }

    public PaymasterFlavour Flavour(string name)
    {
        string? text = _fields.TryGetValue(name, out JsonElement field) ? field.ValueKind == JsonValueKind.String ? field.GetString() : "" : "set";
        if (text is not ("set" or "immutable"))
        {
            _faults.Add($"{name} must be \"set\" or \"immutable\"");
        }

        return text == "immutable" ? PaymasterFlavour.Immutable : PaymasterFlavour.Set;
    }

    public IReadOnlyList<Address> Addresses(string name)
    {
        try
        {
            if (_fields.TryGetValue(name, out JsonElement field) && field.ValueKind == JsonValueKind.Array)
            {
                return [.. field.EnumerateArray().Select(item => Ethereum.Primitives.Address.ParseChecksummed(item.ValueKind == JsonValueKind.String ? item.GetString() : ""))];
            }
        }
        catch (CodecException)
        {
            // Told below, as if it were no list.
        }

        _faults.Add($"{name} must be a list of addresses, with their checksums where they have upper case");
        return [];
    }

    private T? Read<T>(string name, T? otherwise, string what, Func<string, T> parse)
        where T : struct
    {
        if (!_fields.TryGetValue(name, out JsonElement field))
        {
            if (otherwise is null)
            {
                _faults.Add($"{name} is missing");
            }

            return otherwise;
        }

        try
        {
            return parse(field.ValueKind == JsonValueKind.String ? field.GetString()! : "");
        }
        catch (CodecException)
        {
            _faults.Add($"{name} must be {what}");
            return null;
        }
    }
}
