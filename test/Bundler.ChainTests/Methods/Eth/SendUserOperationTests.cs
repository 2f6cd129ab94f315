using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>eth_sendUserOperation on the running node.</summary>
public sealed class SendUserOperationTests
{
    [Test]
    public async Task The_answer_is_the_userOpHash_and_the_operation_comes_into_a_block([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync(version);
        UserOperation operation = wallet.Signed();

        string hash = await MethodNodes.Living.SendAsync(wallet, operation);

        Assert.That(hash, Is.EqualTo(wallet.EntryPoint.Hash(operation, 1337, null).ToString()));
        await MethodNodes.Living.StatusAsync(hash, "included", "final");
    }

    [Test]
    public async Task A_wrong_signature_is_refused([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync(version);
        UserOperation forged = wallet.Signed() with { CallGasLimit = 100_001 };

        Assert.That(await MethodNodes.Living.RefusalAsync("eth_sendUserOperation", MethodRig.Call(wallet, forged)), Is.EqualTo(-32507));
    }
}
