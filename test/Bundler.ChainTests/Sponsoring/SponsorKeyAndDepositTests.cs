using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Sponsoring;

/// <summary>Whose budget it is, and that nobody is granted what the deposit does not bear: the whole way, over the running node.</summary>
public sealed class SponsorKeyAndDepositTests
{
    private readonly Started _started = new();
    private readonly HttpClient _http = new();
    private SponsorStage _stage = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _stage = _started.Add(await SponsorStage.StartAsync());

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _http.Dispose();
        await _started.DisposeAsync();
    }

    // Checklist row 24.
    [Test]
    public async Task A_key_in_the_path_has_its_own_budget_and_ends_at_once()
    {
        using HttpResponseMessage made = await _http.PostAsync(new Uri(_stage.Node.OperatorUrl, "/keys?name=dapp&budgets=total:count=2"), null);
        JsonElement key = await made.Content.ReadFromJsonAsync<JsonElement>();
        string text = key.GetProperty("key").GetString()!;

        Assert.That(Code(await AskWithAsync(text)), Is.Zero);
        Assert.That(Code(await AskWithAsync(text)), Is.Zero);
        JsonElement third = await AskWithAsync(text);
        Assert.That((Reason(third), Rule(third)), Is.EqualTo(("BUDGET_EXHAUSTED", "key.total")));
        Assert.That(Reason(await AskWithAsync(text[..^5] + (text[^5] == '0' ? '1' : '0') + text[^4..])), Is.EqualTo("SENDER_INELIGIBLE"), "another secret");

        using HttpResponseMessage revoked = await _http.PostAsync(new Uri(_stage.Node.OperatorUrl, $"/keys/{key.GetProperty("id").GetString()}/revoke"), null);
        Assert.That(revoked.IsSuccessStatusCode);
        Assert.That(Reason(await AskWithAsync(text)), Is.EqualTo("SENDER_INELIGIBLE").Or.EqualTo("BUDGET_EXHAUSTED"));
        await Eventually.Async(async () => Reason(await AskWithAsync(text)) == "SENDER_INELIGIBLE", Eventually.Patience, "the key is forgotten");
        Assert.That(_stage.Node.Output, Does.Not.Contain(text), "in the log");
    }

    // Checklist row 18: zero AA31.
    [Test]
    public async Task Signing_stops_before_the_deposit_does_and_all_that_was_signed_is_paid()
    {
        const int Fit = 3;
        SimpleAccountWallet[] wallets = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => _stage.WalletAsync(EntryPointVersion.V08)));
        JsonObject[] asked = await Task.WhenAll(wallets.Select(LimitedAsync));
        UserOperation[] known = [.. wallets.Zip(asked).Select(each => Read(each.First, each.Second))];
        (EntryPoint entryPoint, Address paymaster) = (wallets[0].EntryPoint, known[0].Paymaster!.Value);
        UInt256 worst = known.Select(entryPoint.RequiredPrefund).Max();
        await _stage.DoAsync(paymaster, "withdrawTo", DevAccounts.All[9].Address, await DepositAsync(entryPoint, paymaster) - worst * Fit - worst / 2);

        JsonElement[] answers = await Task.WhenAll(wallets.Zip(asked).Select(each => _stage.GrantAsync(each.First, each.Second)));

        Assert.That(answers.Where(answer => Code(answer) != 0).Select(answer => (Reason(answer), Rule(answer))).Distinct(), Is.EqualTo(new[] { ("TEMPORARILY_UNAVAILABLE", "deposit") }));
        Assert.That(answers.Count(answer => Code(answer) == 0), Is.EqualTo(Fit), $"of {worst} wei each");
        for (int i = 0; i < wallets.Length; i++)
        {
            if (Code(answers[i]) == 0)
            {
                await IsPaidForAsync(await _stage.Node.SendAsync(entryPoint, wallets[i].Sign(Read(wallets[i], SponsorStage.With(asked[i], answers[i])))));
            }
        }

        Assert.That(_stage.Node.Output, Does.Not.Contain("AA31"));
    }

    /// <summary>With the limits of an estimate, and no grant yet.</summary>
    private async Task<JsonObject> LimitedAsync(SimpleAccountWallet wallet)
    {
        JsonObject asked = SponsorStage.Ask(wallet);
        string entryPoint = wallet.EntryPoint.Address.ToString();
        JsonElement stub = await _stage.Node.RpcAsync("pm_getPaymasterStubData", asked, entryPoint, "0x539", null);
        foreach (JsonProperty field in stub.EnumerateObject().Where(field => field.Name.StartsWith("paymaster", StringComparison.Ordinal)))
        {
            asked[field.Name] = field.Value.GetString();
        }

        foreach (JsonProperty limit in (await _stage.Node.RpcAsync("eth_estimateUserOperationGas", asked, entryPoint)).EnumerateObject())
        {
            asked[limit.Name] = limit.Value.GetString();
        }

        return asked;
    }

    private async Task IsPaidForAsync(string hash) => await Eventually.Async(
        async () => await _stage.Node.RpcAsync("eth_getUserOperationReceipt", hash) is { ValueKind: JsonValueKind.Object } receipt && receipt.GetProperty("success").GetBoolean(),
        Eventually.Patience,
        "it is paid for");

    private static UserOperation Read(SimpleAccountWallet wallet, JsonObject operation) =>
        wallet.EntryPoint.Operations.Read(JsonElement.Parse(operation.ToJsonString()), partial: false).Operation;

    private async Task<JsonElement> AskWithAsync(string key)
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        object?[] parameters = [SponsorStage.Ask(wallet), wallet.EntryPoint.Address.ToString(), null];
        using HttpResponseMessage response = await _http.PostAsJsonAsync(
            new Uri(_stage.Node.Url, $"/rpc/{key}"), new { jsonrpc = "2.0", id = 1, method = "pm_sponsorUserOperation", @params = parameters });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<UInt256> DepositAsync(EntryPoint entryPoint, Address paymaster)
    {
        CallRequest call = new() { To = entryPoint.Address, Data = EntryPointCalls.BalanceOf.EncodeCall(paymaster) };
        return (UInt256)EntryPointCalls.BalanceOf.DecodeResult(await _stage.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }

    private static int Code(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : 0;

    private static string? Reason(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("reason").GetString();

    private static string? Rule(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("rule").GetString();
}
