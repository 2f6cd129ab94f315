using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.ChainTests.Strangers;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>v0.6 gives postOp the operation's verificationGasLimit: who chooses too little of it spoils nothing but his own operation.</summary>
public sealed class PostOpGasTests
{
    private const int Crowd = 20;
    private const ulong LittleGas = 120_000;
    private const ulong MuchGas = 400_000;
    private const ulong Work = 200_000;
    private const ulong HighTip = 5_000_000_000;

    private static readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V06);

    private MethodRig _rig = null!;
    private Address _paymaster;

    [OneTimeSetUp]
    public async Task BeginAsync() => _rig = await MethodRig.StartAsync(
        new AnvilOptions(), "--bundling", "manual", "--Bundler:Chain:MinStakeWei=1", "--Bundler:Chain:MinUnstakeDelaySeconds=1");

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [SetUp]
    public async Task PlaceAsync()
    {
        await _rig.AskAsync("debug_bundler_setBundlingMode", "manual");
        _paymaster = await ContextPaymaster.PlaceAsync(_rig, _entryPoint, ContextPaymaster.Working);
    }

    [Test]
    public async Task An_operation_that_leaves_postOp_too_little_gas_is_refused_and_one_that_leaves_enough_goes()
    {
        await ContextPaymaster.WorksAsync(_rig, _paymaster, Work);

        JsonElement error = (await _rig.Node.OfferAsync(_entryPoint, await SponsoredAsync(LittleGas))).GetProperty("error");
        string enough = await _rig.Node.SendAsync(_entryPoint, await SponsoredAsync(MuchGas));
        await _rig.AskAsync("debug_bundler_setBundlingMode", "auto");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32602), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.StartWith("verificationGasLimit").And.Contain($"the postOp of paymaster {_paymaster}"));
        await _rig.StatusAsync(enough, "included", "final");
    }

    [Test]
    public async Task An_operation_whose_call_fails_is_asked_for_what_postOp_takes_too()
    {
        await ContextPaymaster.WorksAsync(_rig, _paymaster, Work);
        UserOperation operation = await SponsoredAsync(LittleGas) with { Sender = await PlainAccount.PlaceAsync(_rig.Anvil, StrangerCode.Reverting), CallData = Bytes.Own([StrangerCode.Execute]) };

        JsonElement error = (await _rig.Node.OfferAsync(_entryPoint, operation)).GetProperty("error");

        Assert.That(error.GetProperty("message").GetString(), Does.StartWith("verificationGasLimit"));
    }

    [Test]
    public async Task What_an_estimate_answers_leaves_postOp_enough()
    {
        await ContextPaymaster.WorksAsync(_rig, _paymaster, Work);
        UserOperation operation = await SponsoredAsync(0) with { CallGasLimit = 0, PreVerificationGas = 0 };

        JsonElement estimate = await _rig.AskAsync("eth_estimateUserOperationGas", OperationWire.Of(_entryPoint, operation), _entryPoint.Address.ToString());
        JsonElement answer = await _rig.Node.OfferAsync(_entryPoint, operation with
        {
            VerificationGasLimit = MethodRig.Quantity(estimate, "verificationGasLimit"),
            CallGasLimit = MethodRig.Quantity(estimate, "callGasLimit"),
            PreVerificationGas = MethodRig.Quantity(estimate, "preVerificationGas"),
        });

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [Test]
    public async Task GREP_040_a_crowd_with_too_little_gas_for_postOp_does_not_get_its_paymaster_banned_nor_stop_the_others()
    {
        await ContextPaymaster.WorksAsync(_rig, _paymaster, gas: 0);
        List<string> crowd = [];
        for (int i = 0; i < Crowd; i++)
        {
            crowd.Add(await _rig.Node.SendAsync(_entryPoint, await SponsoredAsync(LittleGas) with { MaxPriorityFeePerGas = HighTip }));
        }

        string sponsored = await _rig.Node.SendAsync(_entryPoint, await SponsoredAsync(MuchGas));
        string plain = await _rig.Node.SendAsync(_entryPoint, await PlainAccount.OperationAsync(_rig, 100_000));
        await ContextPaymaster.WorksAsync(_rig, _paymaster, Work);
        await _rig.AskAsync("debug_bundler_setBundlingMode", "auto");

        await _rig.StatusAsync(plain, "included", "final");
        await _rig.StatusAsync(sponsored, "included", "final");
        foreach (string each in crowd)
        {
            JsonElement status = await _rig.StatusAsync(each, "dropped");
            Assert.That(status.GetProperty("reason").GetString(), Does.EndWith("for want of verificationGasLimit"));
        }

        JsonElement standing = (await _rig.AskAsync("debug_bundler_dumpReputation", _entryPoint.Address.ToString())).EnumerateArray()
            .Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == _paymaster);
        Assert.That(standing.GetProperty("status").GetString(), Is.EqualTo("ok"), standing.GetRawText());
    }

    private async Task<UserOperation> SponsoredAsync(ulong verificationGasLimit) =>
        await PlainAccount.OperationAsync(_rig, 100_000) with { Paymaster = _paymaster, VerificationGasLimit = verificationGasLimit };
}
