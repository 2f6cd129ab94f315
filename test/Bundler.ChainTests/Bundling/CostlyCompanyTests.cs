using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.ChainTests.Strangers;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>Thirty operations that cost nothing and pay best, each of which spoils a bundle or makes its trace huge: honest ones are in one of the blocks after that in which they would be alone.</summary>
public sealed class CostlyCompanyTests
{
    private const int Crowd = 30;
    private const ulong Blocks = 5;

    /// <summary>Of 100 kB: together 150 MB, 300 as a trace that carries them. The dev chain itself stands still over many times that.</summary>
    private const ushort Calls = 50;
    private const ulong HighTip = 5_000_000_000;

    private MethodRig _rig = null!;
    private ulong _alone;

    [OneTimeSetUp]
    public async Task BeginAsync() => _rig = await MethodRig.StartAsync(
        new AnvilOptions { BlockTimeSeconds = 2 }, "--bundling", "manual", "--Bundler:Chain:MinStakeWei=1", "--Bundler:Chain:MinUnstakeDelaySeconds=1");

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    /// <summary>How long a lonely operation takes is the machine's; what company adds to that is the test's.</summary>
    [SetUp]
    public async Task HoldAsync()
    {
        await _rig.AskAsync("debug_bundler_setBundlingMode", "auto");
        ulong before = await _rig.Eth.BlockNumberAsync(CancellationToken.None);
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        _alone = await BlockOfAsync(await _rig.Node.SendAsync(entryPoint, await PlainAccount.OperationAsync(_rig, 100_000))) - before;
        await _rig.AskAsync("debug_bundler_setBundlingMode", "manual");
    }

    [TestCase("5f5ffd", TestName = "GREP_040_a_postOp_that_reverts_without_data_costs_one_try_and_its_paymaster_everything")]
    [TestCase("fe", TestName = "GREP_040_a_postOp_that_burns_all_its_gas_does_so_too")]
    [TestCase("63deaddead60e01b5f5260205ffd", TestName = "GREP_040_and_a_postOp_that_says_what_the_EntryPoint_says_when_gas_is_short")]
    public async Task OfOnePaymasterAsync(string postOp)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V06);
        Address paymaster = await ContextPaymaster.PlaceAsync(_rig, entryPoint, postOp);
        List<string> enemies = [];
        for (int i = 0; i < Crowd; i++)
        {
            UserOperation operation = await PlainAccount.OperationAsync(_rig, 100_000) with { Paymaster = paymaster, MaxPriorityFeePerGas = HighTip };
            enemies.Add(await _rig.Node.SendAsync(entryPoint, operation));
        }

        await IncludedSoonAsync(entryPoint);

        foreach (string enemy in enemies)
        {
            JsonElement status = await _rig.StatusAsync(enemy, "dropped");
            Assert.That(status.GetProperty("reason").GetString(), Does.Contain($"in the postOp of paymaster {paymaster}"));
        }

        JsonElement standing = (await _rig.AskAsync("debug_bundler_dumpReputation", entryPoint.Address.ToString())).EnumerateArray()
            .Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == paymaster);
        Assert.That(standing.GetProperty("status").GetString(), Is.EqualTo("banned"));
    }

    [Test]
    public async Task Fifty_calls_with_100_kB_in_each_of_them_keep_nobody_waiting_and_pay_for_themselves([Values(EntryPointVersion.V06, EntryPointVersion.V07)] EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        List<string> enemies = [];
        for (int i = 0; i < Crowd; i++)
        {
            enemies.Add(await _rig.Node.SendAsync(entryPoint, await PlainAccount.OperationAsync(_rig, 500_000) with
            {
                Sender = await PlainAccount.PlaceAsync(_rig.Anvil, StrangerCode.Calling(Calls)),
                CallData = Bytes.Own([StrangerCode.Execute]),
                MaxPriorityFeePerGas = HighTip,
            }));
        }

        await IncludedSoonAsync(entryPoint);

        foreach (string enemy in enemies)
        {
            await _rig.StatusAsync(enemy, "included", "final");
        }
    }

    /// <summary>A few honest ones that come last, and pay least, are in one of the blocks after that in which they would be alone.</summary>
    private async Task IncludedSoonAsync(EntryPoint entryPoint)
    {
        List<string> honest = [];
        for (int i = 0; i < 4; i++)
        {
            honest.Add(await _rig.Node.SendAsync(entryPoint, await PlainAccount.OperationAsync(_rig, 100_000)));
        }

        ulong before = await _rig.Eth.BlockNumberAsync(CancellationToken.None);
        await _rig.AskAsync("debug_bundler_setBundlingMode", "auto");
        foreach (string hash in honest)
        {
            ulong block = await BlockOfAsync(hash);
            TestContext.Out.WriteLine($"included {block - before} blocks later, alone {_alone}");
            Assert.That(block, Is.LessThanOrEqualTo(before + Blocks + _alone - 1), () => $"{_rig.Node.Output}");
        }
    }

    private async Task<ulong> BlockOfAsync(string hash)
    {
        await _rig.StatusAsync(hash, "included", "final", "dropped");
        return (ulong)MethodRig.Quantity((await _rig.ReceiptAsync(hash)).GetProperty("receipt"), "blockNumber");
    }
}
