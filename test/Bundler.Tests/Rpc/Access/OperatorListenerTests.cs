using System.Net;
using Bundler.Rpc.Access;
using Bundler.Testing;
using Bundler.Tests.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.Access;

/// <summary>The operators' routes exist where the operator put them, and nowhere else.</summary>
internal sealed class OperatorListenerTests
{
    [TestCase("127.0.0.1:9337", ExpectedResult = "127.0.0.1:9337")]
    [TestCase("[::1]:9337", ExpectedResult = "[::1]:9337")]
    [TestCase("*:9337", ExpectedResult = "[::]:9337")]
    [TestCase("127.0.0.1", ExpectedResult = null)]
    [TestCase("::1", ExpectedResult = null)]
    [TestCase(":9337", ExpectedResult = null)]
    [TestCase("localhost:9337", ExpectedResult = null)]
    [TestCase("127.0.0.1:99999", ExpectedResult = null)]
    [TestCase("*", ExpectedResult = null)]
    public string? An_address_has_a_port(string text) => OperatorListener.Parse(text)?.ToString();

    [Test]
    public async Task Without_an_address_there_are_no_such_routes()
    {
        await using RpcHost host = await RpcHost.StartAsync([]);

        Assert.That(await StatusAsync(host.Client, new Uri(host.Url, "/ledger/totals")), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(host.OperatorUrl, Is.Null);
    }

    [Test]
    public async Task They_are_served_at_the_operators_address_alone_whatever_a_request_says()
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore());
        foreach (string path in new[] { "/ledger/totals", "/ledger/bundles", "/ledger/bundles.csv", "/metrics" })
        {
            using HttpRequestMessage disguised = new(HttpMethod.Get, new Uri(host.Url, path));
            disguised.Headers.Host = host.OperatorUrl!.Authority;
            using HttpResponseMessage answer = await host.Client.SendAsync(disguised);

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
            Assert.That(await StatusAsync(host.Client, new Uri(host.OperatorUrl, path)), Is.EqualTo(HttpStatusCode.OK), path);
        }
    }

    [Test]
    public void A_malformed_address_stops_the_start() =>
        Assert.That(
            () => RpcHost.StartAsync([], null, ("OperatorAddress", "9337")), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("OperatorAddress"));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri url)
    {
        using HttpResponseMessage response = await client.GetAsync(url);
        return response.StatusCode;
    }
}
