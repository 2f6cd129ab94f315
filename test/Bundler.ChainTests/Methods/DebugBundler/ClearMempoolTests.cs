using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_clearMempool on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class ClearMempoolTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_forgets_operations_and_keeps_counters()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        string entryPoint = wallet.EntryPoint.Address.ToString();
        await Rig.SendAsync(wallet);

        Assert.That(await Rig.TextAsync("debug_bundler_clearMempool"), Is.EqualTo("ok"));

        Assert.That((await Rig.AskAsync("debug_bundler_dumpMempool", entryPoint)).GetArrayLength(), Is.Zero);
        Assert.That((await Rig.AskAsync("debug_bundler_dumpReputation", entryPoint)).GetArrayLength(), Is.Positive);
    }
}
