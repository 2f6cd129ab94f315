using System.Net;
using Bundler.Rpc.Rest;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>Live means the process runs, ready means it can serve.</summary>
internal sealed class HealthRoutesTests
{
    [Test]
    public async Task Live_is_200() =>
        Assert.That(await GetAsync("/health/live", new StubCheck("node", new HealthFinding(false, "gone"))), Is.EqualTo((HttpStatusCode.OK, """{"status":"live"}""")));

    [Test]
    public async Task Ready_is_200_when_every_check_is_well() =>
        Assert.That(
            await GetAsync(
                "/health/ready",
                new StubCheck("node", new HealthFinding(true, "head 12", writer => writer.WriteNumberValue(12))),
                new StubCheck("store", new HealthFinding(true, "open"))),
            Is.EqualTo((HttpStatusCode.OK, """{"status":"ready","checks":{"node":{"ok":true,"detail":"head 12","data":12},"store":{"ok":true,"detail":"open"}}}""")));

    [Test]
    public async Task Ready_is_503_and_names_the_check_that_is_not() =>
        Assert.That(
            await GetAsync("/health/ready", new StubCheck("node", new HealthFinding(false, "no head for 9 s")), new StubCheck("store", new HealthFinding(true, "open"))),
            Is.EqualTo((
                HttpStatusCode.ServiceUnavailable,
                """{"status":"notReady","checks":{"node":{"ok":false,"detail":"no head for 9 s"},"store":{"ok":true,"detail":"open"}}}""")));

    [TestCase(true, HttpStatusCode.OK, "ready")]
    [TestCase(false, HttpStatusCode.ServiceUnavailable, "notReady")]
    public async Task Strangers_are_told_the_status_alone(bool isWell, HttpStatusCode status, string word)
    {
        await using RpcHost host = await RpcHost.StartAsync([], services => services.AddSingleton<IHealthCheck>(new StubCheck("node", new HealthFinding(isWell, "secret"))));
        using HttpResponseMessage response = await host.Client.GetAsync("/health/ready");

        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()), Is.EqualTo((status, $$"""{"status":"{{word}}"}""")));
    }

    [TestCase("/health/live", HttpStatusCode.OK)]
    [TestCase("/health/ready", HttpStatusCode.ServiceUnavailable)]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path, HttpStatusCode status)
    {
        await using RpcHost host = await RpcHost.StartAsync([], services => services.AddSingleton<IHealthCheck>(new StubCheck("node", new HealthFinding(false, "gone"))));
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()), Is.EqualTo((status, "")));
        Assert.That(response.Content.Headers.ContentLength, Is.Positive);
    }

    [TestCase("/openrpc.json")]
    [TestCase("/rpc")]
    public async Task What_is_for_callers_is_not_at_the_operators_address(string path)
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore());
        using HttpClient operators = new() { BaseAddress = host.OperatorUrl };
        using HttpResponseMessage there = await operators.GetAsync(path);
        using HttpResponseMessage here = await host.Client.GetAsync(path);

        Assert.That(there.StatusCode, Is.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(here.StatusCode, Is.EqualTo(path == "/rpc" ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.OK));
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(string path, params IHealthCheck[] checks)
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), more: services =>
        {
            foreach (IHealthCheck check in checks)
            {
                services.AddSingleton(check);
            }
        });
        using HttpResponseMessage response = await host.Client.GetAsync(new Uri(host.OperatorUrl!, path));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class StubCheck(string name, HealthFinding finding) : IHealthCheck
    {
        public string Name => name;

        public HealthFinding Check() => finding;
    }
}
