using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Tests.Rpc.Methods;
using Bundler.Tests.Rpc.OpenRpc;

namespace Bundler.Tests.Rpc.Golden;

/// <summary>Every method says what its golden file says, and what the OpenRPC document promises.</summary>
internal sealed class GoldenTests
{
    private static IEnumerable<string> Methods => GoldenFile.Methods;

    [Test]
    public async Task Every_method_has_a_golden_file()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();

        Assert.That(GoldenFile.Methods, Is.EquivalentTo(world.Methods.Methods.Select(method => method.Name)));
    }

    [TestCaseSource(nameof(Methods))]
    public async Task The_answers_are_those_of_the_golden_file(string method)
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        await using IAsyncDisposable? includer = method == "pimlico_sendUserOperationNow" ? world.IncludeWhatComes() : null;
        using FakeConnection connection = new();
        JsonElement document = (await world.CallAsync("rpc.discover")).GetProperty("result");
        JsonElement schema = ResultSchema(document, method);
        JsonArray exchanges = GoldenFile.Read(method);
        bool anyResult = false;

        foreach (JsonNode? exchange in exchanges)
        {
            string answer = await world.AskAsync(exchange!["request"]!.ToJsonString(), connection);
            JsonElement json = JsonElement.Parse(answer);
            Assert.That(Processors.CodeOf(answer), Is.Not.EqualTo(-32603), answer);
            if (json.TryGetProperty("result", out JsonElement result))
            {
                anyResult = true;
                Assert.That(new SchemaCheck(document).Faults(schema, result), Is.Empty, answer);
            }

            if (GoldenFile.Updates && exchange["response"]?["result"]?.ToJsonString() != "\"*\"")
            {
                exchange["response"] = JsonNode.Parse(answer);
            }
            else
            {
                Assert.That(GoldenFile.Matches(exchange["response"], JsonNode.Parse(answer)), Is.True, () => $"{exchange["about"]}:\n{answer}");
            }
        }

        Assert.That(anyResult, Is.True, "a golden file shows at least one result");
        if (GoldenFile.Updates)
        {
            GoldenFile.Write(method, exchanges);
        }
    }

    private static JsonElement ResultSchema(JsonElement document, string method) => document.GetProperty("methods").EnumerateArray()
        .Single(entry => entry.GetProperty("name").GetString() == method).GetProperty("result").GetProperty("schema");
}
