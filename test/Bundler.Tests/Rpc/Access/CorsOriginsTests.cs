using System.Net;

namespace Bundler.Tests.Rpc.Access;

/// <summary>The CORS headers that browsers ask for.</summary>
internal sealed class CorsOriginsTests
{
    private const string Page = "https://wallet.example";

    [TestCase("*", "*")]
    [TestCase("https://other.example, https://wallet.example", Page)]
    [TestCase("https://other.example", null)]
    [TestCase("", null)]
    public async Task A_page_may_read_the_answer_if_its_origin_is_listed(string origins, string? allowed)
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo], null, ("CorsOrigins", origins));
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new StringContent("[]") };
        request.Headers.Add("Origin", Page);
        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.That(Header(response, "Access-Control-Allow-Origin"), Is.EqualTo(allowed));
    }

    [TestCase("*", "*")]
    [TestCase(Page, Page)]
    [TestCase("", null)]
    public async Task A_preflight_is_answered(string origins, string? allowed)
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo], null, ("CorsOrigins", origins));
        using HttpRequestMessage request = new(HttpMethod.Options, "/rpc");
        request.Headers.Add("Origin", Page);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(
            (Header(response, "Access-Control-Allow-Origin"), Header(response, "Access-Control-Allow-Methods")),
            Is.EqualTo((allowed, allowed is null ? null : "POST, OPTIONS")));
    }

    [Test]
    public async Task A_caller_that_is_no_page_gets_no_headers()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);
        using HttpResponseMessage response = await host.Client.PostAsync("/", new StringContent("[]"));

        Assert.That(Header(response, "Access-Control-Allow-Origin"), Is.Null);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;
}
