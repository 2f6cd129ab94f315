using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_explainPreVerificationGas on the running node.</summary>
public sealed class ExplainPreVerificationGasTests
{
    private static MethodRig Rig => MethodNodes.Living;

    [Test]
    public async Task What_it_explains_is_taken_and_less_is_not()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        JsonElement explained = await Rig.AskAsync("bundler_explainPreVerificationGas", MethodRig.Call(wallet, wallet.Signed()));
        UInt256 required = MethodRig.Quantity(explained, "requiredAtMost");

        JsonElement refused = await Rig.Node.CallAsync("eth_sendUserOperation", MethodRig.Call(wallet, Offering(required - 500)));
        string hash = await Rig.SendAsync(wallet, Offering(required + 500));

        Assert.That(refused.GetProperty("error").GetProperty("data").GetProperty("field").GetString(), Is.EqualTo("preVerificationGas"));
        await Rig.StatusAsync(hash, "included", "final");

        UserOperation Offering(UInt256 gas) => wallet.Sign(wallet.Operation() with { PreVerificationGas = gas });
    }
}
