using Bundler.Client.Operations;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Json;

/// <summary>Reads operations in the forms of all versions; writes the one that v0.7 and later share.</summary>
internal sealed class UserOperationConverter : JsonConverter<UserOperation>
{
    /// <inheritdoc/>
    public override UserOperation? ReadJson(
        JsonReader reader, Type objectType, UserOperation? existingValue, bool hasExistingValue, JsonSerializer serializer) =>
        JToken.ReadFrom(reader) is JObject json ? OperationJson.Read(json) : null;

    /// <inheritdoc/>
    public override void WriteJson(JsonWriter writer, UserOperation? value, JsonSerializer serializer)
    {
        if (value is null)
        {
            writer.WriteNull();
        }
        else
        {
            OperationJson.Write(value, EntryPointVersion.V09).WriteTo(writer);
        }
    }
}
