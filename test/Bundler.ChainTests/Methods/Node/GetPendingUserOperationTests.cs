using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_getPendingUserOperation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class GetPendingUserOperationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_is_found_by_sender_and_nonce_until_a_block_includes_it([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        string hash = await Rig.SendAsync(wallet);

        Assert.That((await FindAsync(wallet, "0x0")).GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        Assert.That((await FindAsync(wallet, "0x1")).ValueKind, Is.EqualTo(JsonValueKind.Null));

        await Rig.BundleAsync();
        Assert.That((await FindAsync(wallet, "0x0")).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static Task<JsonElement> FindAsync(SimpleAccountWallet wallet, string nonce) =>
        Rig.AskAsync("bundler_getPendingUserOperation", wallet.Address.ToString(), nonce);
}
