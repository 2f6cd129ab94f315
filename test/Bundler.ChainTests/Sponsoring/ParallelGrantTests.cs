using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Testing;

namespace Bundler.ChainTests.Sponsoring;

/// <summary>v0.9: the account signs first, and the paymaster's signature comes when the operation is sent, or when it is asked for.</summary>
public sealed class ParallelGrantTests
{
    private readonly Started _started = new();
    private SponsorStage _stage = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _stage = _started.Add(await SponsorStage.StartAsync());

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [Test]
    public async Task The_node_puts_its_signature_in_where_a_stub_holds_its_place()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();

        string hash = await _stage.Node.SendAsync(wallet.EntryPoint, signed);

        Assert.That(hash, Is.EqualTo(wallet.EntryPoint.Hash(signed, 1337, null).ToString()), "what the account has signed");
        await IsPaidForAsync(wallet, hash);
    }

    [Test]
    public async Task The_place_may_be_held_packed_behind_the_data()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();
        JsonObject packed = Wire(wallet, signed);
        packed["paymasterData"] = Bytes.Concat(signed.PaymasterData, GrantStub.Signature, Bytes.Parse("0x004122e325a297439656")).ToString();
        packed.Remove("paymasterSignature");

        string hash = (await _stage.Node.RpcAsync("eth_sendUserOperation", packed, wallet.EntryPoint.Address.ToString())).GetString()!;

        await IsPaidForAsync(wallet, hash);
    }

    [Test]
    public async Task The_magic_alone_may_end_the_data_beside_the_field()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();
        JsonObject bare = Wire(wallet, signed);
        bare["paymasterData"] = Bytes.Concat(signed.PaymasterData, Bytes.Parse("0x22e325a297439656")).ToString();

        string hash = (await _stage.Node.RpcAsync("eth_sendUserOperation", bare, wallet.EntryPoint.Address.ToString())).GetString()!;

        Assert.That(hash, Is.EqualTo(wallet.EntryPoint.Hash(signed, 1337, null).ToString()), "what the account has signed");
        await IsPaidForAsync(wallet, hash);
    }

    [Test]
    public async Task A_client_may_ask_for_the_signature_and_put_it_in_itself()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();
        JsonElement answer = await _stage.GrantAsync(wallet, Wire(wallet, signed), new { signingPhase = "finalize" });
        UserOperation full = signed with { PaymasterSignature = Bytes.Parse(answer.GetProperty("result").GetProperty("paymasterSignature").GetString()) };

        Assert.That(full.PaymasterSignature, Is.Not.EqualTo(GrantStub.Signature));
        await IsPaidForAsync(wallet, await _stage.Node.SendAsync(wallet.EntryPoint, full));
    }

    [Test]
    public async Task An_empty_signature_is_refused_with_a_sentence()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();

        JsonElement answer = await _stage.Node.OfferAsync(wallet.EntryPoint, signed with { PaymasterSignature = Bytes.Empty });

        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.StartWith("paymasterSignature: must not be empty"));
    }

    [Test]
    public async Task What_another_owner_has_signed_is_refused_before_anything_is_reserved()
    {
        (SimpleAccountWallet wallet, UserOperation signed) = await CommittedAsync();
        SimpleAccountWallet other = await _stage.WalletAsync(EntryPointVersion.V09);

        JsonElement answer = await _stage.Node.OfferAsync(wallet.EntryPoint, other.Sign(signed));
        (int grant, _) = await _stage.Node.GetOperatorsAsync($"/sponsor/grants/{ParallelForm.TermsOf(signed)!.Value.Id}");

        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.Contain("AA24"));
        Assert.That(grant, Is.EqualTo(404), "no grant has its name");
        await IsPaidForAsync(wallet, await _stage.Node.SendAsync(wallet.EntryPoint, signed));
    }

    [Test]
    public async Task A_window_of_ones_own_making_is_not_granted()
    {
        (SimpleAccountWallet wallet, UserOperation committed) = await CommittedAsync();
        GrantTerms terms = ParallelForm.TermsOf(committed)!.Value;
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, EntryPointVersion.V09)!;
        UserOperation longer = wallet.Sign(committed with { PaymasterData = codec.Data(terms with { ValidUntil = terms.ValidUntil + 86_400 }, Bytes.Empty) });

        JsonElement answer = await _stage.Node.OfferAsync(wallet.EntryPoint, longer);

        JsonElement data = answer.GetProperty("error").GetProperty("data");
        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32501));
        Assert.That((data.GetProperty("reason").GetString(), data.GetProperty("rule").GetString()), Is.EqualTo(("POLICY_REJECTED", "window")), "as the pm_ methods say it");
    }

    [Test]
    public async Task Two_operations_do_not_have_one_grant()
    {
        (SimpleAccountWallet wallet, UserOperation first) = await CommittedAsync();
        (SimpleAccountWallet other, UserOperation second) = await CommittedAsync();
        UserOperation borrowed = other.Sign(second with { PaymasterData = first.PaymasterData });

        await _stage.Node.SendAsync(wallet.EntryPoint, first);
        JsonElement answer = await _stage.Node.OfferAsync(other.EntryPoint, borrowed);

        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.Contain("another operation was granted under this id"));
    }

    [Test]
    public async Task Other_EntryPoints_have_no_such_phase()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V08);

        JsonElement answer = await _stage.Node.CallAsync(
            "pm_getPaymasterStubData", SponsorStage.Ask(wallet), wallet.EntryPoint.Address.ToString(), "0x539", new { signingPhase = "commit" });

        Assert.That(answer.GetProperty("error").GetProperty("data").GetProperty("rule").GetString(), Is.EqualTo("signingPhase"));
    }

    /// <summary>An operation that its account has signed, with the place of the paymaster's signature held by a stub.</summary>
    private async Task<(SimpleAccountWallet Wallet, UserOperation Signed)> CommittedAsync()
    {
        SimpleAccountWallet wallet = await _stage.WalletAsync(EntryPointVersion.V09);
        JsonObject asked = SponsorStage.Ask(wallet);
        JsonElement stub = await _stage.Node.RpcAsync("pm_getPaymasterStubData", asked, wallet.EntryPoint.Address.ToString(), "0x539", new { signingPhase = "commit" });
        Assert.That(stub.GetProperty("isFinal").GetBoolean());
        foreach (JsonProperty field in stub.EnumerateObject().Where(field => field.Name.StartsWith("paymaster", StringComparison.Ordinal)))
        {
            asked[field.Name] = field.Value.GetString();
        }

        JsonElement limits = await _stage.Node.RpcAsync("eth_estimateUserOperationGas", asked, wallet.EntryPoint.Address.ToString());
        foreach (JsonProperty limit in limits.EnumerateObject())
        {
            asked[limit.Name] = limit.Value.GetString();
        }

        return (wallet, wallet.Sign(wallet.EntryPoint.Operations.Read(JsonElement.Parse(asked.ToJsonString()), partial: false).Operation));
    }

    private async Task IsPaidForAsync(SimpleAccountWallet wallet, string hash)
    {
        JsonElement receipt = default;
        await Eventually.Async(
            async () => (receipt = await _stage.Node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, Eventually.Patience, "it is included");
        Assert.That(receipt.GetProperty("success").GetBoolean());
        Assert.That(await _stage.Eth.GetBalanceAsync(wallet.Address, BlockTag.Latest, CancellationToken.None), Is.EqualTo(UInt256.Zero));
    }

    private static JsonObject Wire(SimpleAccountWallet wallet, UserOperation operation) => JsonNode.Parse(OperationWire.Of(wallet.EntryPoint, operation).GetRawText())!.AsObject();
}
