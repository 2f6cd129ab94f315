using System.Net;
using System.Text;
using Bundler.Testing;
using Bundler.Tests.Rpc.Rest;

namespace Bundler.Tests.Rpc.Access;

public sealed class OperatorGateTests
{
    private RpcHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _host = await OperatorHost.StartAsync(new MemoryLedgerStore(), settings: [("OperatorHosts", "ops.example, node")]);

    [OneTimeTearDown]
    public async Task EndAsync() => await _host.DisposeAsync();

    [TestCase("127.0.0.1", HttpStatusCode.OK)]
    [TestCase("[::1]", HttpStatusCode.OK)]
    [TestCase("localhost", HttpStatusCode.OK)]
    [TestCase("OPS.example", HttpStatusCode.OK)]
    [TestCase("evil.example", HttpStatusCode.Forbidden)]
    [TestCase("localhost.evil.example", HttpStatusCode.Forbidden)]
    public async Task Only_known_names_lead_to_the_operators_routes(string host, HttpStatusCode expected)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_host.OperatorUrl!, "/metrics"));
        request.Headers.Host = $"{host}:{_host.OperatorUrl!.Port}";
        using HttpResponseMessage response = await _host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [TestCase("Origin", "https://evil.example")]
    [TestCase("Origin", "null")]
    [TestCase("Sec-Fetch-Site", "cross-site")]
    [TestCase("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_origin_writes_nothing(string header, string value)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_host.OperatorUrl!, "/history/backfill?fromBlock=1&toBlock=2"))
        {
            Content = new StringContent("", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add(header, value);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("/")]
    [TestCase("/rpc")]
    public async Task JSON_RPC_is_not_served_at_the_operators_address(string path)
    {
        using StringContent body = new("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _host.Client.PostAsync(new Uri(_host.OperatorUrl!, path), body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_socket_is_not_served_there_either()
    {
        using HttpResponseMessage response = await _host.Client.GetAsync(new Uri(_host.OperatorUrl!, "/ws"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
