using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>rundler_getUserOperationStatus on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class RundlerUserOperationStatusTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_follows_an_operation_in_Rundlers_words()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        string hash = await Rig.SendAsync(wallet);
        JsonElement waiting = await FindAsync(hash);
        await Rig.BundleAsync();
        JsonElement mined = await FindAsync(hash);

        Assert.That(waiting.GetProperty("status").GetString(), Is.EqualTo("pending"));
        Assert.That(waiting.GetProperty("userOperation").GetProperty("sender").GetString(), Is.EqualTo(wallet.Address.ToString()));
        Assert.That(mined.GetProperty("status").GetString(), Is.EqualTo("mined"));
        Assert.That(mined.GetProperty("receipt").GetRawText(), Is.EqualTo((await Rig.ReceiptAsync(hash)).GetRawText()));
        Assert.That((await FindAsync("0x" + new string('7', 64))).GetProperty("status").GetString(), Is.EqualTo("unknown"));
    }

    private static Task<JsonElement> FindAsync(string hash) => Rig.AskAsync("rundler_getUserOperationStatus", hash);
}
