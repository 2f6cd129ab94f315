using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The parameters of one call, by position or by name, already of the declared number and JSON types.</summary>
public sealed class RpcParams
{
    private readonly IReadOnlyList<RpcParameter> _declared;
    private readonly JsonElement[] _values;
    private readonly bool _named;

    private RpcParams(IReadOnlyList<RpcParameter> declared, JsonElement[] values, bool named, IRpcConnection? connection)
    {
        _declared = declared;
        _values = values;
        _named = named;
        Connection = connection;
    }

    /// <summary>The socket of the caller; null over HTTP.</summary>
    public IRpcConnection? Connection { get; }

    /// <summary>One more than the position of the last parameter given.</summary>
    public int Count => _values.Length;

    /// <param name="json">The member <c>params</c>: an array, an object, or undefined.</param>
    /// <param name="declared">What the method takes.</param>
    /// <param name="connection">The caller's socket, if any.</param>
    /// <exception cref="CodecException">Too many, missing, unknown, or of another JSON type than declared.</exception>
    public static RpcParams Read(JsonElement json, IReadOnlyList<RpcParameter> declared, IRpcConnection? connection = null)
    {
        JsonElement[] values = json.ValueKind switch
        {
            JsonValueKind.Array => ReadPositions(json, declared),
            JsonValueKind.Object => ReadNames(json, declared),
            _ => [],
        };
        RpcParams parameters = new(declared, values, json.ValueKind == JsonValueKind.Object, connection);
        parameters.CheckTypes();
        return parameters;
    }

    /// <exception cref="CodecException">Absent or null.</exception>
    public JsonElement Required(int index) => Optional(index) ?? throw Fault(index, "is required");

    /// <summary>Null when absent; JSON's null counts as absent.</summary>
    public JsonElement? Optional(int index) =>
        index < _values.Length && _values[index].ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null) ? _values[index] : null;

    /// <summary>A required parameter through a reader whose faults get the parameter's path in front.</summary>
    public T Read<T>(int index, Func<JsonElement, T> read)
    {
        JsonElement value = Required(index);
        try
        {
            return read(value);
        }
        catch (CodecException fault)
        {
            throw Words(index) is { Length: > 0 } words
                ? new CodecException(fault.Path, words + fault.Reason, fault).Within(Path(index))
                : fault.Within(Path(index));
        }
    }

    public Address Address(int index) => Read(index, static value => Ethereum.Primitives.Address.Parse(TextOf(value)));

    public Hash32 Hash(int index) => Read(index, static value => Hash32.Parse(TextOf(value)));

    /// <summary>A canonical QUANTITY; JSON numbers are refused.</summary>
    public UInt256 Quantity(int index) => Read(index, static value => UInt256.ParseQuantity(TextOf(value)));

    public string Text(int index) => Read(index, TextOf);

    /// <summary>Where a fault lies, in words for the caller: <c>params[1]</c>, or <c>params.entryPoint</c>.</summary>
    public string Path(int index) => _named ? $"params.{_declared[index].Name}" : $"params[{index}]";

    private static string TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new CodecException($"expected string, got {TypeOf(value)}");

    private static JsonElement[] ReadPositions(JsonElement json, IReadOnlyList<RpcParameter> declared)
    {
        int count = json.GetArrayLength();
        if (count > declared.Count)
        {
            throw new CodecException("params", $"expected at most {declared.Count}, got {count}");
        }

        JsonElement[] values = new JsonElement[count];
        int at = 0;
        foreach (JsonElement value in json.EnumerateArray())
        {
            values[at++] = value;
        }

        return values;
    }

    private static JsonElement[] ReadNames(JsonElement json, IReadOnlyList<RpcParameter> declared)
    {
        JsonElement[] values = new JsonElement[declared.Count];
        foreach (JsonProperty property in json.EnumerateObject())
        {
            int index = 0;
            while (index < declared.Count && !property.NameEquals(declared[index].Name))
            {
                index++;
            }

            values[index < declared.Count ? index : throw new CodecException("params", "has a name that the method does not know")] = property.Value;
        }

        return values;
    }

    private void CheckTypes()
    {
        for (int i = 0; i < _declared.Count; i++)
        {
            JsonElement? value = _declared[i].Required ? Required(i) : Optional(i);
            if (value is { } given && _declared[i].Type != RpcParameter.AnyType && TypeOf(given) != _declared[i].Type)
            {
                throw Fault(i, $"expected {_declared[i].Type}, got {TypeOf(given)}");
            }
        }
    }

    private string Words(int index) => index < _declared.Count && _declared[index].FaultWords is { } words ? $"{words}: " : "";

    private CodecException Fault(int index, string reason) => new(Path(index), Words(index) + reason);

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
