using System.Text.Json.Nodes;

namespace Bundler.Tests.Rpc.Methods.Eth;

/// <summary>Client libraries send a block along with look-ups; there is one answer whatever it is.</summary>
internal sealed class IgnoredBlockTests
{
    [Test]
    public async Task A_block_beside_the_hash_is_taken_and_ignored(
        [Values(
            "eth_getUserOperationReceipt", "eth_getUserOperationByHash", "bundler_getUserOperationStatus", "pimlico_getUserOperationStatus",
            "rundler_getUserOperationStatus")]
        string method,
        [Values("\"latest\"", "\"0x10\"", "16", """{"blockNumber":"0x10"}""", "null")] string block)
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        string hash = MethodWorld.HashOf(MethodWorld.Pending).ToString();

        string plain = await world.AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":["{{hash}}"]}""");
        string withBlock = await world.AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":["{{hash}}",{{block}}]}""");

        Assert.That(plain, Does.Contain("result"));
        Assert.That(withBlock, Is.EqualTo(plain));
    }

    [Test]
    public async Task A_block_may_be_named()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        string hash = MethodWorld.HashOf(MethodWorld.Pending).ToString();

        string answer = await world.AskAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"eth_getUserOperationReceipt","params":{"userOpHash":"{{{hash}}}","blockTag":"latest"}}""");

        Assert.That(JsonNode.Parse(answer)!.AsObject().ContainsKey("result"), Is.True, answer);
    }
}
