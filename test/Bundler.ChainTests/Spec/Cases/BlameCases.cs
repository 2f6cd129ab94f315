using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>GREP-040, EREP-015 to EREP-030, EREP-055 and EREP-070: who pays when an operation that was valid alone spoils its bundle.</summary>
internal static class BlameCases
{
    private const string Account = "RuleAccount";
    private const string Paymaster = "RulePaymaster";

    private static readonly Bytes _reverts = Plan(1);
    private static readonly Bytes _answersMore = Plan(3);
    private static readonly Bytes _worksLess = Plan(4);

    public static IEnumerable<PoolCase> All() =>
    [
        new("GREP-040", "a staked account that fails the bundle", "banned", stage => BlamedAccountAsync(stage, staked: true)),
        new("GREP-040", "an unstaked account loses its operation only", "ok", stage => BlamedAccountAsync(stage, staked: false)),
        new("GREP-040", "a factory that fails the bundle", "banned", stage => BlamedFactoryAsync(stage, staked: false)),
        new("GREP-040", "a staked factory that fails the bundle", "banned", stage => BlamedFactoryAsync(stage, staked: true)),
        new("GREP-040", "a paymaster that fails the bundle", "banned", stage => BlamedPaymasterAsync(stage, staked: false, _reverts)),
        new("GREP-040", "a staked paymaster that fails the bundle", "banned", stage => BlamedPaymasterAsync(stage, staked: true, _reverts)),
        new("EREP-015", "the paymaster of an account that fails", "1 0", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster);
            return await SeenAsync(stage, paymaster, stage.Sponsored(Turning(stage, await stage.NewAsync("TurncoatAccount")), paymaster));
        }),
        new("EREP-016", "the aggregator of a paymaster that fails", "1 0", async stage =>
        {
            Address aggregator = stage.Spec.Aggregator;
            UserOperation operation = stage.Operation(await stage.NewAsync(Account), 0, Act.Answer(aggregator.ToWord().ToUInt256()));
            return await SeenAsync(stage, aggregator, stage.Sponsored(operation, await stage.NewPaymasterAsync("TurncoatPaymaster"), _reverts));
        }),
        new("EREP-020", "a staked factory answers for its account", "banned", async stage =>
        {
            Address factory = await stage.NewAsync("Actor", staked: true);
            await FailAsync(stage, await stage.DeployingAsync(factory, "TurncoatAccount", _reverts));
            return stage.Status(factory);
        }),
        new("EREP-030", "a staked account answers for its paymaster", "banned ok 0", async stage =>
        {
            Address account = await stage.NewAsync(Account, staked: true);
            Address paymaster = await stage.NewPaymasterAsync("TurncoatPaymaster");
            await FailAsync(stage, stage.Sponsored(stage.Operation(account), paymaster, _reverts));
            return $"{stage.Status(account)} {stage.Status(paymaster)} {stage.Seen(paymaster)}";
        }),
        new("EREP-030", "the paymaster of a staked account is unseen at second validation", "1 0", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster);
            Hash32 hash = (await stage.PendAsync(stage.Sponsored(stage.Operation(await stage.NewAsync(Account, staked: true)), paymaster)))[0];
            ulong before = stage.Seen(paymaster);
            await stage.SpendDepositAsync(paymaster, UInt256.Zero);
            await stage.BundleAsync();
            Assert.That((await stage.FateAsync(hash))?.State, Is.EqualTo(OperationState.Dropped));
            return $"{before} {stage.Seen(paymaster)}";
        }),
        new("EREP-055", "a paymaster whose context grows in the bundle", "banned", stage => BlamedPaymasterAsync(stage, staked: true, _answersMore)),
        new("EREP-070", "a staked paymaster that uses less gas in the bundle", "throttled", stage => BlamedPaymasterAsync(stage, staked: true, _worksLess)),
    ];

    private static Bytes Plan(int how) => Hash32.From(how).ToBytes();

    private static UserOperation Turning(PoolStage stage, Address account) => stage.Operation(account) with { Signature = _reverts };

    private static async Task<string> BlamedAccountAsync(PoolStage stage, bool staked)
    {
        Address account = await stage.NewAsync("TurncoatAccount", staked);
        await FailAsync(stage, Turning(stage, account));
        return stage.Status(account);
    }

    private static async Task<string> BlamedFactoryAsync(PoolStage stage, bool staked)
    {
        Address factory = await stage.NewAsync("TurncoatFactory", staked);
        await FailAsync(stage, await stage.MadeAsync(factory, _reverts));
        return stage.Status(factory);
    }

    private static async Task<string> BlamedPaymasterAsync(PoolStage stage, bool staked, Bytes plan)
    {
        Address paymaster = await stage.NewPaymasterAsync("TurncoatPaymaster", staked);
        await FailAsync(stage, stage.Sponsored(stage.Operation(await stage.NewAsync(Account)), paymaster, plan));
        return stage.Status(paymaster);
    }

    private static async Task<string> SeenAsync(PoolStage stage, Address entity, UserOperation operation)
    {
        Hash32 hash = (await stage.PendAsync(operation))[0];
        ulong before = stage.Seen(entity);
        await stage.BundleAsync();
        await AssertDroppedAsync(stage, hash);
        return $"{before} {stage.Seen(entity)}";
    }

    private static async Task FailAsync(PoolStage stage, UserOperation operation)
    {
        Hash32 hash = (await stage.PendAsync(operation))[0];
        await stage.BundleAsync();
        await AssertDroppedAsync(stage, hash);
    }

    /// <summary>Whoever is blamed, the operation that fails never stays.</summary>
    private static async Task AssertDroppedAsync(PoolStage stage, Hash32 hash) =>
        Assert.That((await stage.FateAsync(hash))?.Reason, Does.StartWith("bundle creation: "));
}
