using Bundler.Testing;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Golden;

/// <summary>One exchange of the node's golden files.</summary>
internal sealed record Exchange(string Method, string About, JArray Parameters, JObject Response)
{
    private static readonly string _folder = Repo.PathOf("test/Bundler.Tests/Rpc/Golden");

    public JToken? Result => Response["result"];

    public static IEnumerable<string> Methods =>
        Directory.EnumerateFiles(_folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static IEnumerable<Exchange> Of(string method)
    {
        using JsonTextReader reader = new(new StreamReader(Path.Combine(_folder, $"{method}.json"))) { DateParseHandling = DateParseHandling.None };
        return [.. JArray.Load(reader).Select(entry => new Exchange(
            method, (string)entry["about"]!, entry["request"]!["params"] as JArray ?? [], (JObject)entry["response"]!))];
    }

    public override string ToString() => $"{Method}: {About}";
}
