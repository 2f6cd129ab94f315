using System.Globalization;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Where in a JSON text something is, told afterwards: readers that run over the text need not keep a path for a fault that hardly ever comes.</summary>
public static class JsonPlace
{
    /// <summary>The path of the token that begins at <paramref name="index"/>, as <c>root.c[2].f</c>; at an object's or array's end the path of that.</summary>
    /// <param name="json">Text that is known to be JSON.</param>
    /// <param name="index">Bytes from the beginning of the text.</param>
    /// <param name="options">Those that the text was read with.</param>
    public static string Of(ReadOnlySpan<byte> json, long index, JsonReaderOptions options)
    {
        Utf8JsonReader reader = new(json, options);
        Stack<Level> levels = [];
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                levels.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName)
            {
                levels.Pop();
                levels.Push(new Level(reader.GetString(), 0));
            }
            else if (levels.TryPeek(out Level level) && level.Name is null)
            {
                levels.Pop();
                levels.Push(level with { Next = level.Next + 1 });
            }

            if (reader.TokenStartIndex >= index)
            {
                break;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                levels.Push(new Level(reader.TokenType == JsonTokenType.StartObject ? "" : null, 0));
            }
        }

        return string.Concat(levels.Reverse().Select(level => level.Text)).TrimStart('.');
    }

    /// <param name="Name">Of the property; <c>null</c> in an array.</param>
    /// <param name="Next">In an array, one more than the element's index.</param>
    private readonly record struct Level(string? Name, int Next)
    {
        public string Text =>
            Name is null ? string.Create(CultureInfo.InvariantCulture, $"[{Next - 1}]") : Name.Length == 0 ? "" : $".{Name}";
    }
}
