using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_addUserOps on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class AddUserOpsTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task Operations_are_added_without_validation_and_judged_when_a_bundle_is_built([Values] EntryPointVersion version)
    {
        await Rig.AskAsync("debug_bundler_clearState");
        SimpleAccountWallet good = await Rig.WalletAsync(version);
        SimpleAccountWallet bad = await Rig.WalletAsync(version);
        string entryPoint = good.EntryPoint.Address.ToString();
        UserOperation spoilt = bad.Signed() with { CallGasLimit = 100_001 };

        Assert.That(
            await Rig.TextAsync("debug_bundler_addUserOps", new[] { OperationWire.Of(good.EntryPoint, good.Signed()), OperationWire.Of(bad.EntryPoint, spoilt) }, entryPoint),
            Is.EqualTo("ok"));
        Assert.That((await Rig.AskAsync("debug_bundler_dumpMempool", entryPoint)).GetArrayLength(), Is.EqualTo(2));
        await Rig.BundleAsync();

        string hash = good.EntryPoint.Hash(good.Signed(), 1337, null).ToString();
        Assert.That((await Rig.ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That((await Rig.AskAsync("debug_bundler_dumpMempool", entryPoint)).GetArrayLength(), Is.Zero, "the bad one was dropped");
    }
}
