using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Sponsoring;

/// <summary>What the running node pays for, what it refuses, and in which words.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SponsorTests
{
    private const int Budget = 10;

    private readonly Started _started = new();
    private SponsorStage _stage = null!;

    // v0.7: for most of the tests. v0.8: a budget of ten. v0.6: nothing so dear. v0.9: its signer goes.
    [OneTimeSetUp]
    public async Task StartAsync() => _stage = _started.Add(await SponsorStage.StartAsync(
        $"--Bundler:Sponsor:Paymasters:v08:MaxPerHour={Budget}", "--Bundler:Sponsor:Paymasters:v06:MaxWeiPerOperation=1000"));

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [Test]
    public async Task A_stub_is_never_final_and_tells_who_pays()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);

        JsonElement stub = await _stage.Node.RpcAsync("pm_getPaymasterStubData", SponsorStage.Ask(wallet), wallet.EntryPoint.Address.ToString(), "0x539", null);

        Assert.That(stub.GetProperty("isFinal").GetBoolean(), Is.False);
        Assert.That(stub.GetProperty("sponsor").GetProperty("name").GetString(), Is.EqualTo("scripts/dev"));
        Assert.That(stub.GetProperty("paymasterPostOpGasLimit").GetString(), Is.EqualTo("0x0"));
        Assert.That(stub.GetProperty("paymasterData").GetString(), Has.Length.EqualTo(2 + 2 * 93));
    }

    [Test]
    public async Task The_methods_are_described_where_they_exist()
    {
        JsonElement document = await _stage.Node.RpcAsync("rpc.discover");

        string[] names = [.. document.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("name").GetString()!).Where(name => name.StartsWith("pm_", StringComparison.Ordinal))];
        Assert.That(names, Is.EquivalentTo(new[]
        {
            "pm_getPaymasterStubData", "pm_getPaymasterData", "pm_supportedEntryPoints", "pm_sponsorUserOperation", "pm_validateSponsorshipPolicies", "pm_isSponsorable",
        }));
        foreach (string name in names)
        {
            Assert.That(Code(await _stage.Node.CallAsync(name, 1, 2, 3, 4, 5)), Is.EqualTo(-32602), name);
        }
    }

    [Test]
    public async Task The_answers_have_the_form_of_their_golden_files()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        SimpleAccountWallet old = await _stage.WalletAsync(EntryPointVersion.V06);
        SimpleAccountWallet parallel = await _stage.WalletAsync(EntryPointVersion.V09);
        string entryPoint = wallet.EntryPoint.Address.ToString();
        JsonElement sponsored = await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet));
        JsonObject full = SponsorStage.With(SponsorStage.Ask(wallet), sponsored);
        object transaction = new { from = wallet.Owner.ToString(), to = entryPoint, value = "0x0", data = "0x", gas = "0x5208" };

        await SponsorForms.AssertAsync("pm_supportedEntryPoints", ("four of them", await _stage.Node.CallAsync("pm_supportedEntryPoints")));
        await SponsorForms.AssertAsync(
            "pm_getPaymasterStubData",
            ("v0.6", await StubAsync(old, null)), ("v0.7", await StubAsync(wallet, null)), ("v0.9, where the account signs first", await StubAsync(parallel, new { signingPhase = "commit" })));
        await SponsorForms.AssertAsync(
            "pm_getPaymasterData",
            ("v0.7", await _stage.GrantAsync(wallet, full)),
            ("v0.9, where the account signs first", await _stage.GrantAsync(parallel, SponsorStage.Ask(parallel), new { signingPhase = "commit" })),
            ("a fee above the market", await _stage.GrantAsync(wallet, Changed(Changed(full, "maxPriorityFeePerGas", 10), "maxFeePerGas", 10))),
            ("another chain", await _stage.Node.CallAsync("pm_getPaymasterData", full, entryPoint, "0x38", null)));
        await SponsorForms.AssertAsync(
            "pm_sponsorUserOperation", ("v0.7", sponsored), ("one operation is too dear", await _stage.SponsorAsync(old, SponsorStage.Ask(old))),
            ("a token", await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet), new { token = entryPoint })));
        await SponsorForms.AssertAsync(
            "pm_validateSponsorshipPolicies", ("there are none", await _stage.Node.CallAsync("pm_validateSponsorshipPolicies", SponsorStage.Ask(wallet), entryPoint, new[] { "sp_mine" })));
        await SponsorForms.AssertAsync(
            "pm_isSponsorable", ("a transaction", await _stage.Node.CallAsync("pm_isSponsorable", transaction)), ("of nobody", await _stage.Node.CallAsync("pm_isSponsorable", new { to = entryPoint })));
    }

    // Checklist row 4: what is asked again is the same grant.
    [Test]
    public async Task The_same_operation_asked_again_gets_the_same_grant_by_whichever_method()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        JsonObject asked = SponsorStage.Ask(wallet);
        JsonElement first = await _stage.SponsorAsync(wallet, asked);
        JsonObject full = SponsorStage.With(asked, first);

        JsonElement[] again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _stage.GrantAsync(wallet, full)));

        string? data = first.GetProperty("result").GetProperty("paymasterData").GetString();
        Assert.That(again.Select(answer => answer.GetProperty("result").GetProperty("paymasterData").GetString()), Is.All.EqualTo(data));
        full["callGasLimit"] = "0x20000";
        JsonElement other = await _stage.GrantAsync(wallet, full);
        Assert.That(other.GetProperty("result").GetProperty("paymasterData").GetString(), Is.Not.EqualTo(data), "other gas is another grant");
    }

    // Checklist row 1.
    [Test]
    public async Task An_operation_that_reverts_is_not_paid_for()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        JsonObject full = SponsorStage.With(SponsorStage.Ask(wallet), await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet)));
        UserOperation reverting = wallet.Calling(wallet.EntryPoint.Address, Bytes.Parse("0x01020304"));
        full["callData"] = reverting.CallData.ToString();
        full["callGasLimit"] = "0x20000";
        full["preVerificationGas"] = "0xd200";

        Assert.That(Code(await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet, reverting))), Is.EqualTo(-32521));
        Assert.That(Code(await _stage.GrantAsync(wallet, full)), Is.EqualTo(-32521));
    }

    // Checklist row 1: an estimate would look for that limit; what is granted is sent with it.
    [TestCase(null)]
    [TestCase("0x0")]
    [TestCase("0x1")]
    public async Task A_call_without_gas_is_not_paid_for(string? callGasLimit)
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        JsonObject full = SponsorStage.With(SponsorStage.Ask(wallet), await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet)));
        full["callGasLimit"] = callGasLimit;
        if (callGasLimit is null)
        {
            full.Remove("callGasLimit");
        }

        JsonElement answer = await _stage.GrantAsync(wallet, full);

        Assert.That(Code(answer), Is.EqualTo(-32521), answer.GetRawText());
    }

    [Test]
    public async Task The_first_operation_of_a_delegated_account_is_paid_for_with_its_own_estimate()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        using PrivateKey key = PrivateKey.Generate();
        Address agreesToAll = Address.Parse("0x00000000000000000000000000000000000b7702");
        await _stage.Chain.RpcAsync("anvil_setCode", agreesToAll.ToLowerHex(), "0x60206000f3");
        JsonObject asked = SponsorStage.Ask(wallet, wallet.Operation() with
        {
            Sender = key.Address, Factory = null, FactoryData = Bytes.Empty, Eip7702Auth = Authorization.Sign(key, 1337, agreesToAll, 0),
        });

        JsonElement answer = await _stage.SponsorAsync(wallet, asked);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
        string hash = (await _stage.Node.RpcAsync("eth_sendUserOperation", SponsorStage.With(asked, answer), wallet.EntryPoint.Address.ToString())).GetString()!;
        await Eventually.Async(
            async () => await _stage.Node.RpcAsync("eth_getUserOperationReceipt", hash) is { ValueKind: JsonValueKind.Object } receipt && receipt.GetProperty("success").GetBoolean(),
            Eventually.Patience, "the operation is included");
    }

    // Checklist row 2.
    [Test]
    public async Task What_would_go_to_whoever_bundles_is_paid_for_only_as_far_as_it_is_honest()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        JsonObject full = SponsorStage.With(SponsorStage.Ask(wallet), await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet)));

        JsonElement gas = await _stage.GrantAsync(wallet, Changed(full, "preVerificationGas", 5));
        JsonElement tip = await _stage.GrantAsync(wallet, Changed(Changed(full, "maxPriorityFeePerGas", 10), "maxFeePerGas", 10));

        Assert.That((Code(gas), Of(gas, "reason"), Of(gas, "rule")), Is.EqualTo((-32001, "POLICY_REJECTED", "preVerificationGas")));
        Assert.That((Code(tip), Of(tip, "reason"), Of(tip, "rule")), Is.EqualTo((-32001, "POLICY_REJECTED", "maxFeePerGas")));
    }

    [Test]
    public async Task One_operation_can_be_too_dear()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V06);

        JsonElement answer = await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet));

        Assert.That((Code(answer), Of(answer, "reason"), Of(answer, "rule"), Of(answer, "limit")), Is.EqualTo((-32001, "GAS_EXCEEDS_LIMIT", "MaxWeiPerOperation", "0x3e8")));
    }

    // Checklist row 3: the whole way, not the store alone.
    [Test]
    public async Task A_budget_of_ten_gives_ten_grants_however_many_ask_at_once()
    {
        SimpleAccountWallet[] wallets = await Task.WhenAll(Enumerable.Range(0, 3 * Budget).Select(_ => _stage.WalletAsync(EntryPointVersion.V08)));

        JsonElement[] answers = await Task.WhenAll(wallets.Select(wallet => _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet))));

        JsonElement[] refused = [.. answers.Where(answer => answer.TryGetProperty("error", out _))];
        Assert.That(answers.Length - refused.Length, Is.EqualTo(Budget), string.Join('\n', refused.Select(answer => answer.ToString())));
        Assert.That(refused.Select(answer => (Of(answer, "reason"), Of(answer, "rule"), Of(answer, "limit"), Of(answer, "spent"))).Distinct(),
            Is.EqualTo(new[] { ("BUDGET_EXHAUSTED", "MaxPerHour", "0xa", "0xa") }));
        Assert.That(DateTimeOffset.Parse(Of(refused[0], "resetsAt")!, null), Is.GreaterThan(DateTimeOffset.UtcNow.AddMinutes(-1)));
    }

    // A ceiling that was lowered looks like a wrong signature, and the stub had one anyway: only the contract itself can tell.
    [Test]
    public async Task A_grant_that_the_contract_would_not_take_never_leaves_the_node()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V09);
        JsonElement good = await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet));
        Address paymaster = Address.Parse(good.GetProperty("result").GetProperty("paymaster").GetString());
        await _stage.DoAsync(paymaster, "setMaxCost", UInt256.Zero);
        SimpleAccountWallet next = await _stage.WalletAsync(EntryPointVersion.V09);

        JsonElement answer = await _stage.SponsorAsync(next, SponsorStage.Ask(next));

        Assert.That((Code(answer), Of(answer, "reason"), Of(answer, "rule")), Is.EqualTo((-32003, "TEMPORARILY_UNAVAILABLE", "paymaster")));
    }

    [TestCase("""{ "token": "0x00000000000000000000000000000000000000aa" }""", "params[2].token: no token is taken here")]
    [TestCase("""{ "sponsorshipPolicyId": "sp_mine" }""", "params[2].sponsorshipPolicyId: there is no policy")]
    [TestCase("""{ "whatever": 1 }""", "params[2].whatever: is not known")]
    [TestCase("""{ "validForSeconds": "soon" }""", "params[2].validForSeconds: expected a whole number of seconds")]
    [TestCase("""{ "validForSeconds": 9 }""", "params[2].validForSeconds: must be at least 10")]
    public async Task A_context_that_asks_for_what_there_is_not_is_refused(string context, string message)
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);

        JsonElement answer = await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet), JsonNode.Parse(context));

        Assert.That(Code(answer), Is.EqualTo(-32602));
        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.StartWith(message));
    }

    [Test]
    public async Task Row_7_a_client_may_only_shorten_the_window()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);

        JsonElement answer = await _stage.SponsorAsync(wallet, SponsorStage.Ask(wallet), new { validForSeconds = 120 });
        JsonElement longer = await _stage.SponsorAsync(await _stage.WalletAsync(EntryPointVersion.V07), SponsorStage.Ask(wallet, wallet.Operation(nonce: A.Nonce(7, 0))), new { validForSeconds = 999_999 });

        Assert.That(WindowOf(answer), Is.EqualTo(120 + 60));
        Assert.That(WindowOf(longer), Is.EqualTo(600 + 60));
    }

    // S2-40.
    [Test]
    public async Task Another_chain_or_EntryPoint_is_refused_clearly()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V07);
        JsonObject operation = SponsorStage.Ask(wallet);

        JsonElement chain = await _stage.Node.CallAsync("pm_getPaymasterData", operation, wallet.EntryPoint.Address.ToString(), "0x38", null);
        JsonElement entryPoint = await _stage.Node.CallAsync("pm_getPaymasterData", operation, DevAccounts.All[9].Address.ToString(), "0x539", null);

        Assert.That(chain.GetProperty("error").GetProperty("message").GetString(), Does.Contain("56").And.Contain("1337"));
        Assert.That((Code(chain), Code(entryPoint)), Is.EqualTo((-32602, -32602)));
    }

    [Test]
    public async Task A_key_that_signs_bundles_signs_no_grants()
    {
        using SecretFolder folder = new();
        string key = folder.Write("key", DevAccounts.All[4].PrivateKey);

        (int exit, string output) = await NodeProcess.RunAsync(
        [
            "--rpc-url", _stage.Chain.Url.ToString(), "--port", "0", "--data-dir", folder.PathOf("data"), "--signer-key-file", key,
            $"--Bundler:GrantSigning:KeyFile={key}", "--Bundler:Sponsor:Enabled=true", $"--Bundler:Sponsor:Paymasters:x:Address={DevAccounts.All[8].Address}",
            $"--Bundler:Sponsor:Paymasters:x:EntryPoint={Deployments.EntryPointV07}", $"--Bundler:Sponsor:Paymasters:x:Signer={DevAccounts.All[4].Address}",
        ]);

        Assert.That(exit, Is.Not.Zero);
        Assert.That(output, Does.Contain("a paymaster's signer must be another key than a bundler's"));
    }

    private Task<JsonElement> StubAsync(SimpleAccountWallet wallet, object? context) =>
        _stage.Node.CallAsync("pm_getPaymasterStubData", SponsorStage.Ask(wallet), wallet.EntryPoint.Address.ToString(), "0x539", context);

    private static int WindowOf(JsonElement answer)
    {
        ReadOnlySpan<byte> data = Bytes.Parse(answer.GetProperty("result").GetProperty("paymasterData").GetString()).Span;
        return (int)(UInt256.FromBigEndian(data[..6]) - UInt256.FromBigEndian(data[6..12]));
    }

    private static JsonObject Changed(JsonObject operation, string quantity, uint times)
    {
        JsonObject changed = operation.DeepClone().AsObject();
        changed[quantity] = (UInt256.ParseQuantity(changed[quantity]!.GetValue<string>()) * times).ToQuantity();
        return changed;
    }

    private static int Code(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : 0;

    private static string? Of(JsonElement answer, string member) => answer.GetProperty("error").GetProperty("data").GetProperty(member).GetString();
}
