using System.Text.Json;

namespace Bundler.Rpc.OpenRpc;

/// <summary>A JSON Schema (draft 7, as OpenRPC wants it) in the few words that this interface needs; it writes itself.</summary>
public sealed class JsonSchema
{
    private readonly Action<Utf8JsonWriter> _members;

    private JsonSchema(Action<Utf8JsonWriter> members) => _members = members;

    public static JsonSchema Any { get; } = new(static _ => { });

    public static JsonSchema Null { get; } = Of("null");

    public static JsonSchema Boolean { get; } = Of("boolean");

    /// <summary>A JSON number without a fraction.</summary>
    public static JsonSchema Integer { get; } = Of("integer");

    public static JsonSchema Text { get; } = Of("string");

    /// <summary>Any object.</summary>
    public static JsonSchema Record { get; } = Of("object");

    /// <summary>A text of one form.</summary>
    public static JsonSchema Pattern(string pattern) => new(writer =>
    {
        writer.WriteString("type"u8, "string"u8);
        writer.WriteString("pattern"u8, pattern);
    });

    /// <summary>One of a few texts.</summary>
    public static JsonSchema OneOfTexts(params string[] values) => new(writer =>
    {
        writer.WriteString("type"u8, "string"u8);
        writer.WriteStartArray("enum"u8);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    });

    /// <summary>An array of like items.</summary>
    public static JsonSchema ArrayOf(JsonSchema item) => new(writer =>
    {
        writer.WriteString("type"u8, "array"u8);
        writer.WritePropertyName("items"u8);
        item.WriteTo(writer);
    });

    /// <summary>An object of exactly these members; a name with a question mark at its end may be absent.</summary>
    public static JsonSchema Object(params (string Name, JsonSchema Schema)[] members) => new(writer =>
    {
        writer.WriteString("type"u8, "object"u8);
        writer.WriteStartObject("properties"u8);
        foreach ((string name, JsonSchema schema) in members)
        {
            writer.WritePropertyName(name.TrimEnd('?'));
            schema.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("required"u8);
        foreach ((string name, JsonSchema _) in members.Where(member => !member.Name.EndsWith('?')))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("additionalProperties"u8, false);
    });

    public static JsonSchema AnyOf(params JsonSchema[] choices) => new(writer =>
    {
        writer.WriteStartArray("anyOf"u8);
        foreach (JsonSchema choice in choices)
        {
            choice.WriteTo(writer);
        }

        writer.WriteEndArray();
    });

    /// <summary>This, or null.</summary>
    public JsonSchema OrNull() => AnyOf(this, Null);

    /// <summary>One of <see cref="Schemas.Components"/>, by name.</summary>
    public static JsonSchema Component(string name) => new(writer => writer.WriteString("$ref"u8, $"#/components/schemas/{name}"));

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        _members(writer);
        writer.WriteEndObject();
    }

    internal static JsonSchema Of(string type) => new(writer => writer.WriteString("type"u8, type));
}
