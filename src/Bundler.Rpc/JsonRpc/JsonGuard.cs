using System.Text.Json;

namespace Bundler.Rpc.JsonRpc;

/// <summary>What the JSON parser lets pass and JSON texts of strangers must not contain.</summary>
public static class JsonGuard
{
    private const int EscapeLength = 6;

    /// <summary>The path of the first key that an object names twice (<c>params[0].nonce</c>), or null.</summary>
    public static string? FindDuplicateKey(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => FindInObject(json),
        JsonValueKind.Array => FindInArray(json),
        _ => null,
    };

    /// <summary>Whether an escape is one half of a surrogate pair without the other: JSON by its grammar, but not text.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            int escape = json.IndexOf((byte)'\\');
            if (escape < 0)
            {
                return false;
            }

            json = json[escape..];
            switch (SurrogateAt(json))
            {
                case Surrogate.None:
                    json = json[Math.Min(2, json.Length)..];
                    break;
                case Surrogate.High when SurrogateAt(json[EscapeLength..]) == Surrogate.Low:
                    json = json[(2 * EscapeLength)..];
                    break;
                default:
                    return true;
            }
        }
    }

    private static string? FindInObject(JsonElement json)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                return property.Name;
            }

            if (FindDuplicateKey(property.Value) is { } inner)
            {
                return inner.StartsWith('[') ? property.Name + inner : $"{property.Name}.{inner}";
            }
        }

        return null;
    }

    private static string? FindInArray(JsonElement json)
    {
        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (FindDuplicateKey(item) is { } inner)
            {
                return inner.StartsWith('[') ? $"[{index}]{inner}" : $"[{index}].{inner}";
            }

            index++;
        }

        return null;
    }

    /// <summary>Looks at <c>\uD8xx</c> to <c>\uDFxx</c> at the beginning of the text.</summary>
    private static Surrogate SurrogateAt(ReadOnlySpan<byte> json)
    {
        if (json.Length < EscapeLength || json[0] != '\\' || json[1] != 'u' || (json[2] | 0x20) != 'd')
        {
            return Surrogate.None;
        }

        return (json[3] | 0x20) switch
        {
            '8' or '9' or 'a' or 'b' => Surrogate.High,
            >= 'c' and <= 'f' => Surrogate.Low,
            _ => Surrogate.None,
        };
    }

    private enum Surrogate
    {
        None,
        High,
        Low,
    }
}
