using System.Text.Json;

namespace Bundler.ChainTests.Methods;

/// <summary>pimlico_getUserOperationStatus on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class PimlicoUserOperationStatusTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_follows_an_operation_in_Pimlicos_words()
    {
        string hash = await Rig.SendAsync(await Rig.WalletAsync());
        JsonElement waiting = await FindAsync(hash);
        string transaction = await Rig.BundleAsync();
        JsonElement included = await FindAsync(hash);

        Assert.That(waiting.GetProperty("status").GetString(), Is.EqualTo("not_submitted"));
        Assert.That((included.GetProperty("status").GetString(), included.GetProperty("transactionHash").GetString()), Is.EqualTo(("included", transaction)));
        Assert.That((await FindAsync("0x" + new string('7', 64))).GetProperty("status").GetString(), Is.EqualTo("not_found"));
    }

    private static Task<JsonElement> FindAsync(string hash) => Rig.AskAsync("pimlico_getUserOperationStatus", hash);
}
