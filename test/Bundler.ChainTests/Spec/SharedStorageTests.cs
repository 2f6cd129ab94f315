using Bundler.Engine.Pool;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec;

/// <summary>A staked entity's storage is used by several operations of one bundle: nobody is punished who did nothing but be used.</summary>
internal sealed class SharedStorageTests : SpecChainTests
{
    private const int Slots = 20;
    private const ulong Ample = 200_000;

    private PoolNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _node = await PoolNode.StartAsync(Chain.Rig.Anvil.Url, RuleSet.All, DevAccounts.All[7]);

    [OneTimeTearDown]
    public async Task EndAsync() => await _node.DisposeAsync();

    [Test]
    public async Task EREP_020_what_a_staked_factory_writes_for_one_and_reads_for_another_harms_nobody([Values] EntryPointVersion version)
    {
        PoolStage stage = await StageAsync(version);
        Address factory = await stage.NewAsync("Actor", staked: true);

        await GoTogetherAsync(
            stage, await stage.DeployingAsync(factory, 1, [.. Enumerable.Range(0, 3).Select(Write)]), await stage.DeployingAsync(factory, 2, [.. Enumerable.Range(0, 3).Select(Read)]));

        Assert.That(stage.Status(factory), Is.EqualTo("ok"));
    }

    [Test]
    public async Task EREP_070_a_staked_paymaster_that_another_operation_of_it_made_cheaper_is_not_throttled([Values] EntryPointVersion version)
    {
        PoolStage stage = await StageAsync(version);
        Address paymaster = await stage.NewPaymasterAsync("RulePaymaster", staked: true);

        await GoTogetherAsync(stage, await PaidAsync(stage, paymaster, Write), await PaidAsync(stage, paymaster, Read));

        Assert.That(stage.Status(paymaster), Is.EqualTo("ok"));
    }

    [Test]
    public async Task EREP_070_a_staked_paymaster_whose_slots_a_stranger_has_read_before_is_not_throttled([Values] EntryPointVersion version)
    {
        PoolStage stage = await StageAsync(version);
        Address paymaster = await stage.NewPaymasterAsync("RulePaymaster", staked: true);
        Address stranger = await stage.NewAsync("RuleAccount", staked: true);
        Act reading = Act.StaticCall(paymaster, Act.Run([.. Enumerable.Range(0, Slots).Select(Read)]));

        await GoTogetherAsync(stage, stage.Operation(stranger, 0, reading), await PaidAsync(stage, paymaster, Read));

        Assert.That(stage.Status(paymaster), Is.EqualTo("ok"));
    }

    private static Act Read(int slot) => Act.SLoad((UInt256)slot);

    private static Act Write(int slot) => Act.SStore((UInt256)slot);

    private async Task<PoolStage> StageAsync(EntryPointVersion version)
    {
        await _node.ForgetAsync();
        return new PoolStage(_node, Chain.Stage(version));
    }

    private static async Task<UserOperation> PaidAsync(PoolStage stage, Address paymaster, Func<int, Act> what)
    {
        UserOperation operation = stage.Sponsored(
            stage.Operation(await stage.NewAsync("RuleAccount")), paymaster, Act.Encode([.. Enumerable.Range(0, Slots).Select(what)]));
        return stage.Spec.Version == EntryPointVersion.V06
            ? operation with { VerificationGasLimit = 2_000_000 }
            : operation with { PaymasterVerificationGasLimit = 1_500_000 };
    }

    private static async Task GoTogetherAsync(PoolStage stage, UserOperation first, UserOperation second)
    {
        IReadOnlyList<Hash32> hashes = await stage.PendAsync(PoolStage.Dearer(first with { PreVerificationGas = Ample }), second with { PreVerificationGas = Ample });

        await stage.BundleAsync();

        foreach (Hash32 hash in hashes)
        {
            OperationStatusRecord? fate = await stage.FateAsync(hash);
            Assert.That(fate!.State, Is.EqualTo(OperationState.Included), fate.Reason);
        }
    }
}
