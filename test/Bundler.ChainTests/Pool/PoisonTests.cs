using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Pool;

/// <summary>
/// Good operations with a fifth of poison among them that goes bad after it was accepted, and a kill -9 in the middle: every good one is included
/// exactly once, every poison one is dropped with its reason.
/// </summary>
public sealed class PoisonTests
{
    private static readonly AbiFunction _withdrawTo = AbiFunction.Parse("withdrawTo(address withdrawAddress,uint256 withdrawAmount)");
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, string> _poison = [];
    private readonly List<string> _good = [];
    private InclusionRig _rig = null!;

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public Task Twenty_good_and_a_fifth_of_poison() => PlayAsync(20);

    [Test]
    [Explicit]
    [Category("Poison")]
    public Task Many_good_and_a_fifth_of_poison() =>
        PlayAsync(int.Parse(Environment.GetEnvironmentVariable("BUNDLER_BENCH_OPERATIONS") ?? "500", CultureInfo.InvariantCulture));

    private async Task PlayAsync(int good)
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(null, "--debug-api", "--bundling", "manual", $"--Bundler:Reputation:Allow:0={Deployments.SimpleAccountFactoryV07}");
        for (int i = 0; i < good; i++)
        {
            SimpleAccountWallet wallet = await _rig.WalletAsync();
            _good.Add(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));
            if (i % 4 == 3)
            {
                await SpoilAsync(i / 4 % 3);
            }
        }

        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        await _rig.Node.KillAsync();
        await _rig.RestartNodeAsync("--bundling", "auto");
        foreach (string hash in _good)
        {
            Assert.That((await _rig.ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
            object filter = new { fromBlock = "0x0", topics = new[] { EntryPointEvents.UserOperationEvent.Topic.ToString(), hash } };
            Assert.That((await _rig.Anvil.RpcAsync("eth_getLogs", filter)).GetArrayLength(), Is.EqualTo(1), "included exactly once");
        }

        foreach ((string hash, string reason) in _poison)
        {
            JsonElement status = default;
            await Eventually.Async(
                async () => (status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).GetProperty("status").GetString() is "dropped" or "replaced",
                _deadline,
                $"{hash} is dropped");
            Assert.That(status.GetProperty("reason").GetString(), Does.Contain(reason));
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"poison  {_good.Count} good ones included, {_poison.Count} poison ones dropped"));
    }

    /// <summary>An operation that is accepted, and then what it depends on changes.</summary>
    private async Task SpoilAsync(int kind)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        switch (kind)
        {
            case 0:
                string poor = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
                await _rig.SetBalanceAsync(wallet.Address, 0);
                _poison[poor] = "AA21";
                break;
            case 1:
                Address paymaster = await _rig.PaymasterAsync(wallet.EntryPoint);
                string unpaid = await _rig.SendAsync(
                    wallet, InclusionRig.Operation(wallet, plain => InclusionRig.Sponsored(wallet.EntryPoint, plain, paymaster)));
                await _rig.ActAsync(paymaster, Spec.Act.Call(
                    wallet.EntryPoint.Address, _withdrawTo.EncodeCall(InclusionRig.Stranger, (UInt256)999_999_000_000_000_000)));
                _poison[unpaid] = "AA31";
                break;
            default:
                UserOperation operation = InclusionRig.Operation(wallet);
                string overtaken = await _rig.SendAsync(wallet, operation);
                await _rig.BundleAsync(wallet.EntryPoint, null, InclusionRig.Operation(wallet, plain => plain with { CallGasLimit = 100_001 }));
                _poison[overtaken] = "its nonce was used by";
                break;
        }
    }
}
