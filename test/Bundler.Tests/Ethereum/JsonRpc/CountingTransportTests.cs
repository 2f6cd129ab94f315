using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class CountingTransportTests
{
    [Test]
    public async Task Counts_requests_by_method_and_a_batch_as_one_round_trip()
    {
        RequestCounter counter = new();
        CountingTransport transport = new(new FakeNode().Answers("eth_call", "0x").Answers("eth_chainId", "0x1"), counter);

        await transport.SendAsync(JsonRpcRequest.Create("eth_chainId"), default);
        await transport.SendBatchAsync([JsonRpcRequest.Create("eth_call"), JsonRpcRequest.Create("eth_call"), JsonRpcRequest.Create("eth_chainId")], default);

        Assert.That(counter.Snapshot(), Is.EqualTo(new Dictionary<string, long> { ["eth_call"] = 2, ["eth_chainId"] = 2 }));
        Assert.That(counter.RoundTrips, Is.EqualTo(2));
    }
}
