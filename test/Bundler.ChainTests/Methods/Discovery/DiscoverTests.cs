using System.Text.Json;

namespace Bundler.ChainTests.Methods;

/// <summary>rpc.discover on the running node.</summary>
public sealed class DiscoverTests
{
    [Test]
    public async Task The_OpenRPC_document_is_served_and_names_only_methods_that_exist()
    {
        (int status, JsonElement file) = await MethodNodes.Living.Node.GetAsync("/openrpc.json");

        Assert.That(status, Is.EqualTo(200));
        Assert.That(file.GetRawText(), Is.EqualTo((await MethodNodes.Living.AskAsync("rpc.discover")).GetRawText()));
        foreach (JsonElement method in file.GetProperty("methods").EnumerateArray())
        {
            JsonElement answer = await MethodNodes.Living.Node.CallAsync(method.GetProperty("name").GetString()!, "one", "two", "three", "four", "more than any takes");
            Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32602), $"{method.GetProperty("name")}");
        }
    }
}
