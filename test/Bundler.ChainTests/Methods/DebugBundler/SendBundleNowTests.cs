using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_sendBundleNow on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class SendBundleNowTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [SetUp]
    public Task ClearAsync() => Rig.AskAsync("debug_bundler_clearState");

    [Test]
    public async Task It_answers_when_the_bundle_is_mined_and_its_events_are_processed([Values] EntryPointVersion version)
    {
        for (int i = 0; i < 3; i++)
        {
            string hash = await Rig.SendAsync(await Rig.WalletAsync(version));

            string transaction = await Rig.TextAsync("debug_bundler_sendBundleNow");

            JsonElement receipt = await Rig.ReceiptAsync(hash);
            Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
            Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        }
    }

    [Test]
    public async Task Nothing_to_send_is_answered_at_once() => Assert.That(await Rig.TextAsync("debug_bundler_sendBundleNow"), Is.EqualTo("ok"));
}
