using Bundler.Node.Startup;

namespace Bundler.Tests.Node;

public sealed class StartupLogTests
{
    [TestCase("https://user:word@node.example", true)]
    [TestCase("--Bundler:Ethereum:Url=https://node.example/v3/0123456789abcdef0123", true)]
    [TestCase("https://node.example/?key=1", true)]
    [TestCase("wss://node.example/0123456789abcdef", true)]
    [TestCase("http://127.0.0.1:8545", false)]
    [TestCase("https://node.example/v2", false)]
    [TestCase("--rpc-url", false)]
    [TestCase("/var/lib/bundler/0123456789abcdef", false)]
    public void A_URL_in_the_arguments_may_hold_a_secret(string argument, bool expected) =>
        Assert.That(StartupLog.MayHoldSecret(argument), Is.EqualTo(expected));
}
