using System.Net.Http.Json;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>What operators do while the node sponsors: keys with budgets, revoked at once; grants taken back; what is well.</summary>
public sealed class SponsoredKeyTests
{
    private readonly Started _started = new();
    private SponsoredRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = _started.Add(await SponsoredRig.StartAsync());

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [Test]
    public async Task Row_24_a_key_of_the_path_has_its_budget_and_its_end_and_is_in_no_log()
    {
        (int _, JsonElement made) = await _rig.Node.PostOperatorsAsync("/keys?name=wallet&budgets=total:count=1");
        string key = made.GetProperty("key").GetString()!;
        string first = await AskAsync(key, salt: 1);
        string second = await AskAsync(key, salt: 2);
        await _rig.Node.PostOperatorsAsync($"/keys/{made.GetProperty("id").GetString()}/revoke");
        string? revoked = null;
        await Eventually.Async(
            async () => (revoked = await AskAsync(key, salt: 1)).Contains("revoked", StringComparison.Ordinal), Eventually.Patience, $"it is revoked: {revoked}");

        Assert.That(first, Does.Contain("paymasterData"));
        Assert.That(second, Does.Contain("BUDGET_EXHAUSTED").And.Contain("key.total"));
        Assert.That(await AskAsync(key[..^4] + "AAAA", salt: 1), Does.Contain("not known"));
        Assert.That(_rig.Node.Output, Does.Not.Contain(key[^40..]));
    }

    [Test]
    public async Task Row_31_what_the_operator_took_back_is_not_given_out_again()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(EntryPointVersion.V07, 3);
        UserOperation operation = await _rig.OperationAsync(wallet, 0);
        UserOperation granted = await _rig.GrantedAsync(wallet, operation);
        UserOperation again = await _rig.GrantedAsync(wallet, operation);

        // validUntil 6, validAfter 6, grantId 16.
        GrantId id = GrantId.From(granted.PaymasterData.Span.Slice(12, GrantId.Size));
        (int status, JsonElement shown) = await _rig.Node.PostOperatorsAsync($"/sponsor/grants/{id}/revoke");

        Assert.That(again, Is.EqualTo(granted), "the same operation has the same grant");
        Assert.That((status, shown.GetProperty("state").GetString(), shown.GetProperty("sender").GetString()), Is.EqualTo((200, "revoked", wallet.Address.ToString())));
        Assert.That(() => _rig.GrantedAsync(wallet, operation), Throws.InvalidOperationException.With.Message.Contains("taken back"));
        Assert.That(await _rig.LivingAsync(granted.Paymaster!.Value), Is.GreaterThan(UInt256.Zero), "its signature may be out");
    }

    [Test]
    public async Task S0_19_deposits_are_told_with_what_grants_may_take()
    {
        string last = "";
        await Eventually.Async(
            async () =>
            {
                (int status, last) = await _rig.Node.GetOperatorsAsync("/health/sponsor");
                return status == 200 && JsonElement.Parse(last).GetProperty("paymasters").GetArrayLength() == 4;
            },
            Eventually.Patience, $"all deposits are read: {last}");

        JsonElement first = JsonElement.Parse(last).GetProperty("paymasters")[0];
        Assert.That(first.GetProperty("depositWei").GetString(), Is.EqualTo("2000000000000000000"));
        Assert.That(first.GetProperty("stakeWei").GetString(), Is.EqualTo("1000000000000000000"));
        Assert.That((await _rig.Node.GetOperatorsAsync("/metrics")).Body, Does.Contain("bundler_sponsor_deposit").And.Contain("bundler_sponsor_liability"));
    }

    private async Task<string> AskAsync(string key, int salt)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(EntryPointVersion.V07, salt);
        UserOperation operation = await _rig.OperationAsync(wallet, 0);
        using HttpClient http = new();
        using HttpResponseMessage response = await http.PostAsJsonAsync(new Uri(_rig.Node.Url, $"/rpc/{key}"), new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "pm_sponsorUserOperation",
            @params = new object[] { SponsoredRig.Wire(wallet, operation), wallet.EntryPoint.Address.ToString() },
        });
        return await response.Content.ReadAsStringAsync();
    }
}
