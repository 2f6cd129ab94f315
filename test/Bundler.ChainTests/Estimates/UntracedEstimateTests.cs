using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

/// <summary>Estimates over an Ethereum node that traces nothing.</summary>
public sealed class UntracedEstimateTests
{
    private const string Estimate = "eth_estimateUserOperationGas";

    private InclusionRig _rig = null!;
    private FaultyProxy _proxy = null!;

    [OneTimeSetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        _proxy.Fail(new ProxyFault.Refuse(-32601, "the method debug_traceCall does not exist"), "debug_traceCall");
        await _rig.StartNodeAsync(_proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Validation:Unsafe=true");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task Behind_a_pending_operation_of_an_account_that_stands_an_estimate_works([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        await _rig.SendAsync(wallet, wallet.Sign(Behind(wallet, 1)));
        UserOperation draft = Behind(wallet, 2) with { CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0 };

        JsonElement answer = await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, wallet.Sign(draft)));

        Assert.That(answer.TryGetProperty("result", out JsonElement estimate), Is.True, answer.GetRawText());
        string third = await _rig.SendAsync(wallet, wallet.Sign(draft with
        {
            CallGasLimit = MethodRig.Quantity(estimate, "callGasLimit"),
            VerificationGasLimit = MethodRig.Quantity(estimate, "verificationGasLimit"),
            PreVerificationGas = MethodRig.Quantity(estimate, "preVerificationGas"),
        }));
        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        Assert.That((await _rig.ReceiptAsync(third)).GetProperty("success").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Behind_the_pending_operation_that_sets_up_the_account_the_answer_says_when_to_ask_again()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));

        JsonElement error = (await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, wallet.Sign(Behind(wallet, 1))))).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32005), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("estimate again once it is included"));
    }

    private static UserOperation Behind(SimpleAccountWallet wallet, ulong nonce) =>
        wallet.Operation(deployed: true, nonce) with { MaxFeePerGas = 5_000_000_000, MaxPriorityFeePerGas = 5_000_000_000 };
}
