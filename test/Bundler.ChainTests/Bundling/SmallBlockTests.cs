using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A chain whose blocks are smaller than what one transaction may have, and which become smaller still.</summary>
public sealed class SmallBlockTests
{
    private const ulong BlockGas = 10_000_000;
    private const ulong SunkGas = 5_000_000;

    [Test]
    public async Task What_fits_no_block_is_refused_and_what_fits_none_any_more_ends_while_the_others_go()
    {
        await using MethodRig rig = await MethodRig.StartAsync(new AnvilOptions { BlockGasLimit = BlockGas, BlockTimeSeconds = 0.5 }, "--bundling", "manual");
        EntryPoint v06 = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V06);
        EntryPoint v08 = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V08);

        JsonElement refused = await rig.Node.OfferAsync(v06, await PlainAccount.OperationAsync(rig, 12_000_000));
        string large = await rig.Node.SendAsync(v06, await PlainAccount.OperationAsync(rig, 8_000_000));
        string sponsored = await rig.Node.SendAsync(v08, await PlainAccount.OperationAsync(rig, 100_000) with
        {
            Paymaster = await PlainAccount.PaymasterAsync(rig, v08),
            PaymasterVerificationGasLimit = 100_000,
            PaymasterPostOpGasLimit = 7_000_000,
        });
        List<string> small = [];
        foreach (EntryPoint entryPoint in (EntryPoint[])[v06, v06, v06, v08, v08])
        {
            small.Add(await rig.Node.SendAsync(entryPoint, await PlainAccount.OperationAsync(rig, 100_000)));
        }

        await rig.Anvil.RpcAsync("evm_setBlockGasLimit", SunkGas);
        Assert.That(refused.GetProperty("error").GetProperty("message").GetString(), Does.Contain($"a block of this chain has {BlockGas}"));
        foreach (string hash in (string[])[large, sponsored])
        {
            Assert.That((await rig.StatusAsync(hash, "dropped")).GetProperty("reason").GetString(), Does.Contain($"a block of this chain has {SunkGas}"));
        }

        await rig.AskAsync("debug_bundler_setBundlingMode", "auto");
        foreach (string hash in small)
        {
            await rig.StatusAsync(hash, "included", "final");
        }
    }
}
