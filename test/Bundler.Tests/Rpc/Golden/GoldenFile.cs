using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Golden;

/// <summary>Exchanges with one method as they are on the wire: <c>[{about, request, response}]</c>; the text "*" in a response stands for any value.</summary>
internal static class GoldenFile
{
    private const string AnyValue = "*";
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Set to 1: the answers of now are written into the files instead of compared.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("BUNDLER_UPDATE_GOLDEN") == "1";

    public static string Folder => Repo.PathOf("test/Bundler.Tests/Rpc/Golden");

    public static IEnumerable<string> Methods => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order();

    public static JsonArray Read(string method) => JsonNode.Parse(File.ReadAllText(PathOf(method)))!.AsArray();

    public static void Write(string method, JsonArray exchanges) => File.WriteAllText(PathOf(method), exchanges.ToJsonString(_readable) + "\n");

    public static bool Matches(JsonNode? expected, JsonNode? actual) => expected switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == AnyValue => actual is not null,
        JsonObject members => actual is JsonObject found && members.Count == found.Count
            && members.All(member => found.ContainsKey(member.Key) && Matches(member.Value, found[member.Key])),
        JsonArray items => actual is JsonArray found && items.Count == found.Count && items.Zip(found).All(pair => Matches(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(expected, actual),
    };

    private static string PathOf(string method) => Path.Combine(Folder, $"{method}.json");
}
