using System.Text;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Tests.Erc4337;

/// <summary>Operations as JSON text, both ways.</summary>
internal static class OperationText
{
    public static PartialUserOperation Read(IOperationCodec codec, string json, bool partial = false)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return codec.Read(document.RootElement, partial);
    }

    public static string Write(IOperationCodec codec, UserOperation operation)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            codec.Write(writer, operation);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The object with a member replaced, added, or (without a value) removed.</summary>
    public static string With(string json, string field, string? value)
    {
        List<string> members = [];
        using JsonDocument document = JsonDocument.Parse(json);
        bool found = false;
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            if (member.Name != field)
            {
                members.Add($"\"{member.Name}\":{member.Value.GetRawText()}");
            }
            else if (value is not null)
            {
                members.Add($"\"{field}\":{value}");
                found = true;
            }
        }

        if (value is not null && !found)
        {
            members.Add($"\"{field}\":{value}");
        }

        return $"{{{string.Join(',', members)}}}";
    }
}
