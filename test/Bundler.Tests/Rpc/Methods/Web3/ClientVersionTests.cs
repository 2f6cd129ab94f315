using System.Net;
using Bundler.Rpc;
using Bundler.Rpc.Methods;

namespace Bundler.Tests.Rpc.Methods;

/// <summary>web3_clientVersion.</summary>
internal sealed class ClientVersionTests
{
    [Test]
    public async Task It_is_what_the_node_says_of_itself()
    {
        await using RpcHost host = await RpcHost.StartAsync([new ClientVersion(new NodeDescription("bundler/test"))]);

        Assert.That(
            await host.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"web3_clientVersion"}"""),
            Is.EqualTo((HttpStatusCode.OK, """{"jsonrpc":"2.0","id":1,"result":"bundler/test"}""")));
    }
}
