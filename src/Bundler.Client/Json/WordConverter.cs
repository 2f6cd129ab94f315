using Newtonsoft.Json;

namespace Bundler.Client.Json;

/// <summary>The words of a closed list (a status, a kind), read in any of their spellings (notSubmitted, not_submitted); an unknown one is the list's first.</summary>
internal sealed class WordConverter<TWord> : JsonConverter<TWord>
    where TWord : struct, Enum
{
    /// <inheritdoc/>
    public override TWord ReadJson(JsonReader reader, Type objectType, TWord existingValue, bool hasExistingValue, JsonSerializer serializer) =>
        reader.Value is string word && Enum.TryParse(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out TWord known) ? known : default;

    /// <inheritdoc/>
    public override void WriteJson(JsonWriter writer, TWord value, JsonSerializer serializer)
    {
        string name = value.ToString();
        writer.WriteValue(char.ToLowerInvariant(name[0]) + name[1..]);
    }
}
