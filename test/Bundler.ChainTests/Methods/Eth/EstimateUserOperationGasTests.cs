using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>eth_estimateUserOperationGas on the running node.</summary>
public sealed class EstimateUserOperationGasTests
{
    [Test]
    public async Task The_estimated_limits_bring_the_operation_into_a_block([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync(version);
        UserOperation draft = wallet.Sign(wallet.Operation() with { CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0 });

        JsonElement estimate = await MethodNodes.Living.AskAsync("eth_estimateUserOperationGas", MethodRig.Call(wallet, draft));
        UserOperation operation = wallet.Sign(draft with
        {
            CallGasLimit = MethodRig.Quantity(estimate, "callGasLimit"),
            VerificationGasLimit = MethodRig.Quantity(estimate, "verificationGasLimit"),
            PreVerificationGas = MethodRig.Quantity(estimate, "preVerificationGas"),
        });

        await MethodNodes.Living.StatusAsync(await MethodNodes.Living.SendAsync(wallet, operation), "included", "final");
    }

    [Test]
    public async Task An_execution_that_reverts_says_so()
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync();
        UserOperation draft = wallet.Operation() with { CallData = Bytes.Parse("0x12345678"), Signature = wallet.Signed().Signature };

        Assert.That(await MethodNodes.Living.RefusalAsync("eth_estimateUserOperationGas", MethodRig.Call(wallet, draft)), Is.EqualTo(-32521));
    }
}
