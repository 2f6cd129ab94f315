using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_setConfiguration on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class SetConfigurationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task Other_numbers_change_the_preVerificationGas_that_is_asked()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        ulong before = await RequiredAsync(wallet);

        Assert.That(await Rig.TextAsync("debug_bundler_setConfiguration", new { perUserOpGasOverhead = 50_000 }), Is.EqualTo("ok"));
        ulong after = await RequiredAsync(wallet);

        Assert.That(after, Is.GreaterThan(before + 30_000));
        Assert.That(await Rig.RefusalAsync("eth_sendUserOperation", MethodRig.Call(wallet, wallet.Signed())), Is.EqualTo(-32602));
    }

    [TearDown]
    public Task RestoreAsync() => Rig.AskAsync("debug_bundler_setConfiguration", new { perUserOpGasOverhead = new PreVerificationGasOptions().PerOperation });

    private static async Task<ulong> RequiredAsync(SimpleAccountWallet wallet) =>
        (ulong)MethodRig.Quantity(await Rig.AskAsync("bundler_explainPreVerificationGas", MethodRig.Call(wallet, wallet.Signed())), "required");
}
