using System.Text.Json;
using Bundler.ChainTests.Bundling;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>The base fee jumps over what the bundles in flight may pay and stays there: whoever pays is not kept waiting behind their nonces.</summary>
public sealed class PriceJumpTests
{
    private const int Cheap = 4;
    private const int Honest = 2;

    /// <summary>Blocks from the honest operations' admission on; the deadline of a bundle would be 60 s.</summary>
    private const ulong MaxBlocks = 8;

    private static readonly UInt256 _gwei = 1_000_000_000;
    private static readonly UInt256 _jump = 20 * _gwei;
    private static readonly TimeSpan _blockTime = TimeSpan.FromSeconds(1);
    private static readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);

    [TestCase(6, TestName = "Behind_bundles_that_cannot_pay_any_more_who_pays_is_included_within_a_few_blocks")]
    [TestCase(Cheap, TestName = "With_every_nonce_taken_by_bundles_that_cannot_pay_any_more_who_pays_is_included_within_a_few_blocks")]
    public async Task Included(int bundlesInFlight)
    {
        await using MethodRig rig = await MethodRig.StartAsync(
            new AnvilOptions(), "--Bundler:Bundling:MaxOperations=1", $"--Bundler:Submission:MaxBundlesInFlight={bundlesInFlight}");
        await rig.Anvil.RpcAsync("evm_setAutomine", false);
        UInt256 baseFee = UInt256.ParseQuantity((await rig.Anvil.RpcAsync("eth_getBlockByNumber", "latest", false)).GetProperty("baseFeePerGas").GetString()!);
        string[] cheap = await SendAsync(rig, Cheap, baseFee * 2 + 2 * _gwei);
        foreach (string hash in cheap)
        {
            await rig.StatusAsync(hash, "bundled");
        }

        await MineAsync(rig);
        string[] honest = await SendAsync(rig, Honest, 10 * _jump);
        ulong admitted = await rig.Eth.BlockNumberAsync(CancellationToken.None);
        long mined = TimeProvider.System.GetTimestamp();
        await Eventually.Async(
            async () =>
            {
                if (TimeProvider.System.GetElapsedTime(mined) >= _blockTime)
                {
                    mined = TimeProvider.System.GetTimestamp();
                    await MineAsync(rig);
                }

                return (await Task.WhenAll(honest.Select(rig.ReceiptAsync))).All(receipt => receipt.ValueKind == JsonValueKind.Object);
            },
            MethodRig.Deadline,
            $"who pays is included\n{rig.Node.Output}");

        ulong blocks = await rig.Eth.BlockNumberAsync(CancellationToken.None) - admitted;
        TestContext.Out.WriteLine($"included within {blocks} blocks");
        Assert.That(blocks, Is.LessThanOrEqualTo(MaxBlocks), rig.Node.Output);
        foreach (string hash in cheap)
        {
            await Eventually.Async(
                async () => (await rig.AskAsync("bundler_getUserOperationStatus", hash)).GetProperty("reason").GetString() == "maxFeePerGas is below the base fee",
                MethodRig.Deadline,
                "who cannot pay waits with that reason");
        }

        await rig.Anvil.RpcAsync("anvil_setNextBlockBaseFeePerGas", baseFee.ToQuantity());
        await rig.Anvil.RpcAsync("evm_mine");
        await rig.Anvil.RpcAsync("evm_setAutomine", true);
        foreach (string hash in cheap)
        {
            await rig.StatusAsync(hash, "included");
        }
    }

    private static async Task<string[]> SendAsync(MethodRig rig, int count, UInt256 maxFee)
    {
        string[] hashes = new string[count];
        for (int i = 0; i < count; i++)
        {
            hashes[i] = await rig.Node.SendAsync(_entryPoint, await PlainAccount.OperationAsync(rig, 100_000) with { MaxFeePerGas = maxFee });
        }

        return hashes;
    }

    private static async Task MineAsync(MethodRig rig)
    {
        await rig.Anvil.RpcAsync("anvil_setNextBlockBaseFeePerGas", _jump.ToQuantity());
        await rig.Anvil.RpcAsync("evm_mine");
    }
}
