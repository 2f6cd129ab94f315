using System.Net;
using System.Text.Json;
using Bundler.Paymaster.Keys;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Rpc.Rest.Sponsor;

/// <summary>Keys over HTTP, for operators.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeysRoutesTests
{
    private readonly MemoryApiKeyStore _keys = new();

    [Test]
    public async Task Row_24_a_key_is_shown_once_and_only_its_hash_is_kept()
    {
        await using RpcHost host = await StartAsync();

        SponsorRoutesTests.Answer made = await SponsorRoutesTests.AskAsync(
            host, HttpMethod.Post, "/keys?name=wallet&days=30&origins=https://a.example&networks=10.0.0.0/8&perMinute=5&budgets=day:wei=100,count=3");
        SponsorRoutesTests.Answer listed = await SponsorRoutesTests.AskAsync(host, HttpMethod.Get, "/keys");

        string text = JsonDocument.Parse(made.Body).RootElement.GetProperty("key").GetString()!;
        ApiKeySecret secret = ApiKeySecret.Parse(text)!;
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(secret.Matches((await _keys.FindAsync(secret.Id, default))!.Hash), Is.True);
        Assert.That(listed.Body, Does.Contain(secret.Id).And.Contain("day:wei=100,count=3").And.Contain("10.0.0.0/8"));
        Assert.That(listed.Body, Does.Not.Contain(text[^40..]).And.Not.Contain((await _keys.FindAsync(secret.Id, default))!.Hash.ToString()[2..]));
    }

    [Test]
    public async Task A_key_is_revoked_by_its_id()
    {
        await using RpcHost host = await StartAsync();
        ApiKey key = new ApiKeyWish { Name = "a" }.Make(DateTimeOffset.UnixEpoch).Key;
        await _keys.AddAsync(key, default);

        HttpStatusCode revoked = (await SponsorRoutesTests.AskAsync(host, HttpMethod.Post, $"/keys/{key.Id}/revoke")).Status;
        HttpStatusCode unknown = (await SponsorRoutesTests.AskAsync(host, HttpMethod.Post, "/keys/none/revoke")).Status;

        Assert.That((revoked, unknown), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        Assert.That((await _keys.FindAsync(key.Id, default))!.RevokedAt, Is.Not.Null);
    }

    [TestCase("/keys")]
    [TestCase("/keys?name=a&scopes=root")]
    [TestCase("/keys?name=a&days=x")]
    [TestCase("/keys?name=a&budgets=week")]
    [TestCase("/keys?name=a&budget=day:count=1")]
    public async Task What_cannot_be_meant_makes_no_key(string path)
    {
        await using RpcHost host = await StartAsync();

        Assert.That((await SponsorRoutesTests.AskAsync(host, HttpMethod.Post, path)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await _keys.ListAsync(default), Is.Empty);
    }

    private Task<RpcHost> StartAsync() => OperatorHost.StartAsync(new MemoryLedgerStore(), more: services => services.AddSingleton<IApiKeyStore>(_keys));
}
