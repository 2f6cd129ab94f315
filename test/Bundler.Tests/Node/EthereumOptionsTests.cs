using System.Runtime.Versioning;
using Bundler.Ethereum.Access;
using Bundler.Node;

namespace Bundler.Tests.Node;

[UnsupportedOSPlatform("windows")]
public sealed class EthereumOptionsTests
{
    [Test]
    public void One_url_is_enough() => Assert.That(EthereumOptionsRules.Find(new EthereumOptions { Url = "http://127.0.0.1:8545" }), Is.Empty);

    [Test]
    public void None_is_not() =>
        Assert.That(EthereumOptionsRules.Find(new EthereumOptions()), Is.EqualTo(new[] { "No Ethereum node: give its URL with --rpc-url or --rpc-url-file" }));

    [TestCase("", EndpointPurposes.All)]
    [TestCase("traces", EndpointPurposes.Traces)]
    [TestCase("Reads, sends", EndpointPurposes.Reads | EndpointPurposes.Sends)]
    [TestCase("raeds", null)]
    [TestCase("7", null)]
    public void Purposes_are_words(string text, EndpointPurposes? expected) => Assert.That(new EndpointOptions { For = text }.Purposes(), Is.EqualTo(expected));

    [TestCase("ftp://secret.example", "", "reads", "Endpoints:two:Url must be an http or https URL")]
    [TestCase("https://a.example", "also", "reads", "Endpoints:two:Url and UrlFile exclude each other")]
    [TestCase("", "", "reads", "Endpoints:two:Url is missing")]
    [TestCase("https://a.example", "", "writes", "Endpoints:two:For has words besides reads, traces, sends and heads")]
    [TestCase("", "nowhere", "reads", "Endpoints:two:the URL file nowhere cannot be read")]
    public void Each_url_is_looked_at(string url, string file, string purpose, string expected)
    {
        EthereumOptions options = new() { Url = "http://127.0.0.1:8545" };
        options.Endpoints["two"] = new EndpointOptions { Url = url, UrlFile = file, For = purpose };

        Assert.That(EthereumOptionsRules.Find(options), Has.Some.StartsWith(expected).And.None.Contains("secret.example"));
    }

    [Test]
    public void Without_a_main_url_every_purpose_needs_one()
    {
        EthereumOptions options = new();
        options.Endpoints["one"] = new EndpointOptions { Url = "https://a.example", For = "reads" };

        Assert.That(EthereumOptionsRules.Find(options), Is.EqualTo(new[] { "No URL is for traces", "No URL is for sends" }));
    }

    [Test]
    public void A_file_that_others_may_read_is_no_place_for_a_url()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "https://a.example/token");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            EthereumOptions options = new();
            options.Endpoints["one"] = new EndpointOptions { UrlFile = file };

            Assert.That(EthereumOptionsRules.Find(options), Has.Some.Contains("open to others").And.None.Contains("token"));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
