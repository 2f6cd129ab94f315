using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_dumpMempool on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class DumpMempoolTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_has_what_waits_in_order_of_arrival_and_nothing_after_the_bundle([Values] EntryPointVersion version)
    {
        await Rig.AskAsync("debug_bundler_clearState");
        SimpleAccountWallet[] wallets = [await Rig.WalletAsync(version), await Rig.WalletAsync(version)];
        foreach (SimpleAccountWallet wallet in wallets)
        {
            await Rig.SendAsync(wallet);
        }

        Assert.That(await DumpAsync(version), Is.EqualTo(wallets.Select(wallet => OperationWire.Of(wallet.EntryPoint, wallet.Signed()).GetRawText())));
        await Rig.BundleAsync();
        Assert.That(await DumpAsync(version), Is.Empty);
    }

    [Test]
    public async Task What_is_no_address_is_an_invalid_parameter() =>
        Assert.That(await Rig.RefusalAsync("debug_bundler_dumpMempool", "0x12"), Is.EqualTo(-32602));

    private static async Task<string[]> DumpAsync(EntryPointVersion version) =>
        [.. (await Rig.AskAsync("debug_bundler_dumpMempool", SimpleAccountWallet.EntryPointOf(version).Address.ToString())).EnumerateArray().Select(json => json.GetRawText())];
}
