using System.Net;
using System.Text.Json;
using Bundler.Engine;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;
using Bundler.Tests.Storage.Grants;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Rpc.Rest.Sponsor;

/// <summary>Whether sponsoring is well, and the ledger's grants, for operators.</summary>
internal sealed class SponsorRoutesTests
{
    private static readonly OwnPaymaster _paymaster = new(Asked.Paymaster, Asked.EntryPoint);

    [Test]
    public async Task A_node_that_does_not_sponsor_is_off_and_well()
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore());

        Assert.That(await AskAsync(host, HttpMethod.Get, "/health/sponsor"), Has.Property("Status").EqualTo(HttpStatusCode.OK).And.Property("Body").Contains("\"off\""));
    }

    [TestCase(true, HttpStatusCode.OK, "ready")]
    [TestCase(false, HttpStatusCode.ServiceUnavailable, "notReady")]
    public async Task S0_19_it_tells_what_is_not_well_and_what_each_paymaster_has(bool isWell, HttpStatusCode status, string word)
    {
        using EngineMetrics metrics = new();
        DepositBook book = new(metrics);
        book.Write(new PaymasterDeposit(_paymaster, 1_000, 500, 86_400, new GrantLiability(1, 2, 3), Asked.Noon));
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), more: services => services
            .AddSingleton(new OwnPaymasters([_paymaster], 600)).AddSingleton(book).AddSingleton<ISponsorCheck>(new FixedCheck(isWell)));

        Answer answer = await AskAsync(host, HttpMethod.Get, "/health/sponsor");

        JsonElement json = JsonDocument.Parse(answer.Body).RootElement;
        Assert.That((answer.Status, json.GetProperty("status").GetString()), Is.EqualTo((status, word)));
        Assert.That(json.GetProperty("checks").GetProperty("fixed").GetProperty("detail").GetString(), Is.EqualTo("as told"));
        Assert.That(json.GetProperty("paymasters")[0].GetProperty("depositWei").GetString(), Is.EqualTo("1000"));
        Assert.That(json.GetProperty("paymasters")[0].GetProperty("unseenWei").GetString(), Is.EqualTo("2"));
    }

    [Test]
    public async Task What_each_paymaster_was_charged_and_still_owes_is_told()
    {
        await using RpcHost host = await OperatorHost.StartAsync(
            new MemoryLedgerStore(), more: services => services.AddSingleton(new OwnPaymasters([_paymaster], 600)));

        Answer answer = await AskAsync(host, HttpMethod.Get, "/sponsor/ledger");

        Assert.That(answer.Body, Is.EqualTo(
            $$$"""{"{{{Asked.Paymaster}}}":{"chargedWei":"33","reservedWei":"1","unseenWei":"2","seenWei":"4","ungrantedWei":"5","operations":3}}"""));
    }

    [Test]
    public async Task Row_32_the_operator_says_that_the_ledger_is_whole()
    {
        NoGrants ledger = NoGrants.Instance;
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), more: services => services.AddSingleton<IGrantUpkeep>(ledger));

        Answer answer = await AskAsync(host, HttpMethod.Post, "/sponsor/ledger/trust");

        Assert.That((answer.Status, ledger.IsTrusted), Is.EqualTo((HttpStatusCode.OK, true)));
    }

    [Test]
    public async Task A_grant_is_shown_and_revoked_by_its_id()
    {
        Grant grant = new(GrantId.Random(), GrantState.Signed, Asked.Request(1), Asked.Signature(1));
        NoGrants ledger = new() { Only = grant };
        await using RpcHost host = await OperatorHost.StartAsync(
            new MemoryLedgerStore(), more: services => services.AddSingleton<IGrantStore>(ledger).AddSingleton<IGrantUpkeep>(ledger));

        Answer shown = await AskAsync(host, HttpMethod.Get, $"/sponsor/grants/{grant.Id}");
        Answer revoked = await AskAsync(host, HttpMethod.Post, $"/sponsor/grants/{grant.Id}/revoke");

        Assert.That((StateOf(shown), StateOf(revoked)), Is.EqualTo(("signed", "revoked")));
        Assert.That(shown.Body, Does.Not.Contain(grant.Signed!.Signature.ToString()), "a signature is worth money");
        Assert.That((await AskAsync(host, HttpMethod.Get, $"/sponsor/grants/{GrantId.Random()}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await AskAsync(host, HttpMethod.Get, "/sponsor/grants/7")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("GET", "/health/sponsor")]
    [TestCase("POST", "/sponsor/ledger/trust")]
    [TestCase("GET", "/keys")]
    [TestCase("POST", "/keys?name=a")]
    [TestCase("POST", "/keys/a/revoke")]
    public async Task Row_34_none_of_it_is_at_the_public_address(string method, string path)
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore());
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static string? StateOf(Answer answer) => JsonDocument.Parse(answer.Body).RootElement.GetProperty("state").GetString();

    internal static async Task<Answer> AskAsync(RpcHost host, HttpMethod method, string path)
    {
        using HttpRequestMessage request = new(method, new Uri(host.OperatorUrl!, path));
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    internal sealed record Answer(HttpStatusCode Status, string Body);

    private sealed class FixedCheck(bool isWell) : ISponsorCheck
    {
        public string Name => "fixed";

        public SponsorFinding Check() => new(isWell, "as told");
    }
}
