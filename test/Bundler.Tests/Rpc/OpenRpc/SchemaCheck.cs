using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bundler.Tests.Rpc.OpenRpc;

/// <summary>Judges values by the words of JSON Schema that the OpenRPC document uses; an unknown word fails, so that none is passed over.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] _words = ["type", "pattern", "enum", "items", "properties", "required", "additionalProperties", "anyOf", "$ref"];

    /// <summary>Every fault with its path; none when the value fits.</summary>
    public IReadOnlyList<string> Faults(JsonElement schema, JsonElement value, string path = "$")
    {
        Assert.That(schema.EnumerateObject().Select(word => word.Name), Is.SubsetOf(_words));
        List<string> faults = [];
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            faults.AddRange(Faults(Resolve(reference.GetString()!), value, path));
        }

        if (schema.TryGetProperty("anyOf", out JsonElement choices))
        {
            IReadOnlyList<string>[] tries = [.. choices.EnumerateArray().Select(choice => Faults(choice, value, path))];
            faults.AddRange(tries.Any(found => found.Count == 0) ? [] : tries.MinBy(found => found.Count)!);
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !IsA(value, type.GetString()!))
        {
            faults.Add($"{path}: expected {type}, got {value.ValueKind}");
            return faults;
        }

        if (schema.TryGetProperty("pattern", out JsonElement pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
        {
            faults.Add($"{path}: {value} is not of the form {pattern}");
        }

        if (schema.TryGetProperty("enum", out JsonElement words) && !words.EnumerateArray().Any(word => word.GetString() == value.GetString()))
        {
            faults.Add($"{path}: {value} is none of {words}");
        }

        if (schema.TryGetProperty("items", out JsonElement item))
        {
            faults.AddRange(value.EnumerateArray().SelectMany((each, index) => Faults(item, each, $"{path}[{index}]")));
        }

        if (schema.TryGetProperty("properties", out JsonElement members))
        {
            faults.AddRange(MemberFaults(schema, members, value, path));
        }

        return faults;
    }

    private IEnumerable<string> MemberFaults(JsonElement schema, JsonElement members, JsonElement value, string path)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (members.TryGetProperty(member.Name, out JsonElement known))
            {
                foreach (string fault in Faults(known, member.Value, $"{path}.{member.Name}"))
                {
                    yield return fault;
                }
            }
            else if (schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.False)
            {
                yield return $"{path}.{member.Name}: is not known";
            }
        }

        foreach (JsonElement name in schema.GetProperty("required").EnumerateArray())
        {
            if (!value.TryGetProperty(name.GetString()!, out _))
            {
                yield return $"{path}.{name}: is missing";
            }
        }
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement at = document;
        foreach (string step in reference.Split('/').Skip(1))
        {
            at = at.GetProperty(step);
        }

        return at;
    }

    private static bool IsA(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new InvalidDataException($"type {type}"),
    };
}
