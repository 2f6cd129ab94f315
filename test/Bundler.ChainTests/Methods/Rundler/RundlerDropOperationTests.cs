using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>rundler_dropLocalUserOperation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class RundlerDropOperationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task A_pending_operation_is_withdrawn_by_its_owner_alone([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        string hash = await Rig.SendAsync(wallet);
        UserOperation proof = wallet.Operation() with { CallData = Bytes.Empty, CallGasLimit = 0, PreVerificationGas = 0, MaxFeePerGas = 0, MaxPriorityFeePerGas = 0 };

        Assert.That(
            await Rig.RefusalAsync("rundler_dropLocalUserOperation", MethodRig.Call(wallet, proof with { Signature = wallet.Signed().Signature })),
            Is.EqualTo(-32507));
        Assert.That(await Rig.TextAsync("rundler_dropLocalUserOperation", MethodRig.Call(wallet, wallet.Sign(proof))), Is.EqualTo(hash));

        Assert.That((await Rig.StatusAsync(hash, "dropped")).GetProperty("reason").GetString(), Is.EqualTo("withdrawn by its sender"));
        Assert.That(
            (await Rig.AskAsync("rundler_dropLocalUserOperation", MethodRig.Call(wallet, wallet.Sign(proof)))).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }
}
