using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Rpc.JsonRpc;
using Bundler.Tests.Rpc.Methods;

namespace Bundler.Tests.Rpc.OpenRpc;

/// <summary>The document is complete, and says of itself what OpenRPC wants.</summary>
internal sealed class OpenRpcDocumentTests
{
    [Test]
    public async Task Every_method_of_the_catalogue_is_described_with_its_parameters()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        JsonElement document = (await world.CallAsync("rpc.discover")).GetProperty("result");
        JsonElement[] entries = [.. document.GetProperty("methods").EnumerateArray()];

        Assert.That(entries.Select(entry => entry.GetProperty("name").GetString()), Is.EqualTo(world.Methods.Methods.Select(method => method.Name)));
        foreach ((JsonElement entry, RpcMethod method) in entries.Zip(world.Methods.Methods))
        {
            Assert.That(method.Description, Is.Not.Null, method.Name);
            Assert.That(entry.GetProperty("summary").GetString(), Does.EndWith("."), method.Name);
            Assert.That(
                entry.GetProperty("params").EnumerateArray().Select(parameter => (parameter.GetProperty("name").GetString()!, parameter.GetProperty("required").GetBoolean())),
                Is.EqualTo(method.Parameters.Select(parameter => (parameter.Name, parameter.Required))));
            Assert.That(entry.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetInt32()), Does.Contain(-32602));
        }
    }

    [Test]
    public async Task What_a_client_may_not_call_is_not_described()
    {
        await using MethodWorld world = await MethodWorld.StartAsync(("Bundler:Rpc:DebugApi", "false"));

        JsonElement document = (await world.CallAsync("rpc.discover")).GetProperty("result");

        Assert.That(document.GetRawText(), Does.Not.Contain("debug_"));
    }

    [Test]
    public async Task Every_reference_leads_to_a_component()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        JsonNode document = JsonNode.Parse((await world.CallAsync("rpc.discover")).GetProperty("result").GetRawText())!;
        string[] components = [.. document["components"]!["schemas"]!.AsObject().Select(component => component.Key)];

        Assert.That(References(document).Distinct(), Is.Not.Empty.And.SubsetOf(components.Select(name => $"#/components/schemas/{name}")));
    }

    [Test]
    public async Task The_document_is_also_a_file()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);

        JsonElement document = await host.Client.GetFromJsonAsync<JsonElement>("/openrpc.json");

        Assert.That(document.GetProperty("openrpc").GetString(), Does.StartWith("1."));
        Assert.That(document.GetProperty("info").GetProperty("version").GetString(), Is.EqualTo("bundler/test"));
        Assert.That(document.GetProperty("methods")[0].GetProperty("name").GetString(), Is.EqualTo("test_echo"));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
