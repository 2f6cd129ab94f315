using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_clearState on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class ClearStateTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_forgets_operations_and_counters_of_every_EntryPoint()
    {
        EntryPointVersion[] versions = Enum.GetValues<EntryPointVersion>();
        foreach (EntryPointVersion version in versions)
        {
            await Rig.SendAsync(await Rig.WalletAsync(version));
        }

        Assert.That(await Rig.TextAsync("debug_bundler_clearState"), Is.EqualTo("ok"));

        foreach (string entryPoint in versions.Select(version => SimpleAccountWallet.EntryPointOf(version).Address.ToString()))
        {
            Assert.That((await Rig.AskAsync("debug_bundler_dumpMempool", entryPoint)).GetArrayLength(), Is.Zero);
            Assert.That((await Rig.AskAsync("debug_bundler_dumpReputation", entryPoint)).GetArrayLength(), Is.Zero);
        }
    }
}
