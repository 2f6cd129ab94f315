using Bundler.Ethereum.JsonRpc;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class SafeUrlTests
{
    [TestCase("https://user:secret@rpc.example/v3/key?token=x#y", "rpc.example")]
    [TestCase("http://127.0.0.1:8545", "127.0.0.1:8545")]
    [TestCase("wss://key@rpc.example:444/ws/key", "rpc.example:444")]
    [TestCase("http://[::1]:8545/key", "[::1]:8545")]
    public void A_URL_is_shown_as_host_and_port_alone(string url, string shown)
    {
        Assert.That(SafeUrl.Of(new Uri(url)), Is.EqualTo(shown));
        Assert.That(SafeUrl.Node(new Uri(url)), Is.EqualTo($"the node at {shown}"));
    }
}
