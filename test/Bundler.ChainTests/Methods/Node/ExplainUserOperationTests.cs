using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_explainUserOperation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class ExplainUserOperationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_says_what_sending_would_and_changes_nothing()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        UserOperation wrong = wallet.Signed() with { Signature = wallet.Sign(wallet.Operation(nonce: 1)).Signature, PreVerificationGas = 1 };

        JsonElement good = await ExplainAsync(wallet, wallet.Signed());
        JsonElement bad = await ExplainAsync(wallet, wrong);

        Assert.That(good.GetProperty("accepted").GetBoolean(), Is.True, good.ToString());
        Assert.That(good.GetProperty("entities").EnumerateArray().Select(entity => entity.GetProperty("entity").GetString()), Is.EqualTo(new[] { "factory", "account" }));
        Assert.That(bad.GetProperty("rejections").EnumerateArray().Select(rejection => rejection.GetProperty("code").GetInt32()), Is.EqualTo(new[] { -32602, -32507 }));
        Assert.That((await Rig.AskAsync("bundler_getPendingUserOperation", wallet.Address.ToString(), "0x0")).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static Task<JsonElement> ExplainAsync(SimpleAccountWallet wallet, UserOperation operation) =>
        Rig.AskAsync("bundler_explainUserOperation", MethodRig.Call(wallet, operation));
}
