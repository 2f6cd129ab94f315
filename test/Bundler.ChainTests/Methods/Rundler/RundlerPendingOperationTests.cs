using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>rundler_getPendingUserOperationBySenderNonce on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class RundlerPendingOperationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_is_found_by_sender_and_nonce()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        await Rig.SendAsync(wallet);

        Assert.That((await FindAsync(wallet, "0x0")).GetRawText(), Is.EqualTo(OperationWire.Of(wallet.EntryPoint, wallet.Signed()).GetRawText()));
        Assert.That((await FindAsync(wallet, "0x1")).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static Task<JsonElement> FindAsync(SimpleAccountWallet wallet, string nonce) =>
        Rig.AskAsync("rundler_getPendingUserOperationBySenderNonce", wallet.Address.ToString(), nonce);
}
