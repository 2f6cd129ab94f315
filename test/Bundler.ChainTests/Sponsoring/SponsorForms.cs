using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bundler.Testing;

namespace Bundler.ChainTests.Sponsoring;

/// <summary>
/// Golden files of the pm_ methods: the members of answers, their order and their types. What differs from run to run (addresses, data, amounts) is told by its kind. BUNDLER_UPDATE_GOLDEN=1 writes them.
/// </summary>
internal static partial class SponsorForms
{
    private const int AddressDigits = 2 + 2 * 20;

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compares answers of a method, each with what it is about.</summary>
    public static async Task AssertAsync(string method, params (string About, JsonElement Answer)[] answers)
    {
        string path = Repo.PathOf($"test/Bundler.ChainTests/Sponsoring/Golden/{method}.json");
        JsonArray forms = [.. answers.Select(each => new JsonObject { ["about"] = each.About, ["answer"] = FormOf(JsonNode.Parse(each.Answer.GetRawText())) })];
        string told = forms.ToJsonString(_indented) + "\n";
        if (Environment.GetEnvironmentVariable("BUNDLER_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, told);
        }

        Assert.That(told, Is.EqualTo(await File.ReadAllTextAsync(path)), method);
    }

    private static JsonNode? FormOf(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Key is not "jsonrpc" and not "id").Select(member => KeyValuePair.Create(member.Key, FormOf(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(FormOf)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => FormOf(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static string FormOf(string text) =>
        text == "0x0" ? text
        : !Hexadecimal().IsMatch(text) ? Varying().Replace(text, "…")
        : text.Length == AddressDigits ? "an address"
        : text.Length > AddressDigits ? string.Create(CultureInfo.InvariantCulture, $"{text.Length / 2 - 1} bytes")
        : "a quantity";

    [GeneratedRegex("^0x[0-9a-fA-F]*$")]
    private static partial Regex Hexadecimal();

    /// <summary>Addresses, amounts and times within sentences.</summary>
    [GeneratedRegex(@"0x[0-9a-fA-F]+|\d{4,}[-0-9:TZ]*")]
    private static partial Regex Varying();
}
