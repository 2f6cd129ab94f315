using Bundler.ChainTests.Spec.Cases;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec;

/// <summary>The rules of the mempool and of blame on a running node: every case over every EntryPoint, and each rule guarded.</summary>
internal sealed class PoolTests : SpecChainTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private PoolNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _node = await PoolNode.StartAsync(Chain.Rig.Anvil.Url, RuleSet.All, DevAccounts.All[5]);

    [OneTimeTearDown]
    public async Task EndAsync() => await _node.DisposeAsync();

    public static IEnumerable<PoolCase> Catalog() => [.. PoolCases.All(), .. BlameCases.All()];

    public static IEnumerable<TestCaseData> Cases() =>
        from version in Enum.GetValues<EntryPointVersion>()
        from @case in Catalog()
        where version >= @case.Since
        select new TestCaseData(@case, version).SetName($"{{m}}.{@case.Name}({version})");

    public static IEnumerable<string> Rules() => Catalog().Select(@case => @case.Rule).Distinct();

    [TestCaseSource(nameof(Cases))]
    public async Task Case(PoolCase @case, EntryPointVersion version)
    {
        string? difference = await @case.DifferenceAsync(_node, Chain.Stage(version));
        SpecChain.Report.Ran(@case.Rule, @case.Name, version, difference is null);
        Assert.That(difference, Is.Null);
    }

    [TestCaseSource(nameof(Rules))]
    public async Task A_rule_that_is_taken_away_is_missed(string rule)
    {
        await using PoolNode without = await PoolNode.StartAsync(Chain.Rig.Anvil.Url, RuleSet.Without(rule), DevAccounts.All[6]);
        List<(EntryPointVersion Version, string Name)> noticed = [];
        List<EntryPointVersion> tried = [];
        foreach (EntryPointVersion version in SpecReport.TriesAll ? Enum.GetValues<EntryPointVersion>() : [EntryPointVersion.V07])
        {
            foreach (PoolCase @case in Catalog().Where(each => each.Rule == rule && version >= each.Since))
            {
                tried.Add(version);
                if (await @case.DifferenceAsync(without, Chain.Stage(version)) is not null)
                {
                    noticed.Add((version, @case.Name));
                }
            }
        }

        SpecChain.Report.Guarded(rule, noticed.Count, tried.Count, noticed.Select(each => each.Name).FirstOrDefault("none"));
        Assert.That(tried.Except(noticed.Select(each => each.Version)), Is.Empty, "no case notices over these EntryPoints that the rule is gone");
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task EREP_010_a_deposit_that_was_spent_meanwhile_pays_for_what_it_covers_and_the_rest_waits(EntryPointVersion version)
    {
        await _node.ForgetAsync();
        PoolStage stage = new(_node, Chain.Stage(version));
        Address paymaster = await stage.NewPaymasterAsync("RulePaymaster");
        UserOperation first = stage.Sponsored(stage.Operation(await stage.NewAsync("RuleAccount")), paymaster);
        UserOperation second = stage.Sponsored(stage.Operation(await stage.NewAsync("RuleAccount")), paymaster);
        IReadOnlyList<Hash32> hashes = await stage.PendAsync(first, second);
        await stage.SpendDepositAsync(paymaster, stage.Spec.EntryPoint.RequiredPrefund(first) * 3 / 2);

        await stage.BundleAsync();

        Assert.That(await stage.EndsAsync(hashes[0], OperationState.Included), Is.True);
        Assert.That((await stage.FateAsync(hashes[1]))!.State, Is.EqualTo(OperationState.Pending));
        Assert.That(stage.Status(paymaster), Is.EqualTo("ok"), "nobody is to blame");
    }

    [TestCase(EntryPointVersion.V06, "bundle creation: reverted without data in the validation of paymaster", "banned")]
    [TestCase(EntryPointVersion.V07, "bundle creation: reverted without data in the validation of paymaster", "banned")]
    [TestCase(EntryPointVersion.V08, "bundle creation: AA33", "banned")]
    [TestCase(EntryPointVersion.V09, "bundle creation: AA33", "banned")]
    public async Task A_paymaster_that_answers_nothing_is_named_by_its_frames_where_the_EntryPoint_names_nobody_and_the_others_go(
        EntryPointVersion version, string reason, string standing)
    {
        await _node.ForgetAsync();
        PoolStage stage = new(_node, Chain.Stage(version));
        Address paymaster = await stage.NewPaymasterAsync("TurncoatPaymaster");
        UserOperation poison = stage.Sponsored(stage.Operation(await stage.NewAsync("RuleAccount")), paymaster, Hash32.From(2).ToBytes());
        UserOperation[] good = [stage.Operation(await stage.NewAsync("RuleAccount")), stage.Operation(await stage.NewAsync("RuleAccount"))];
        IReadOnlyList<Hash32> hashes = await stage.PendAsync(good[0], PoolStage.Dearer(poison), good[1]);

        await Eventually.Async(
            async () =>
            {
                await stage.BundleAsync();
                return (await stage.FateAsync(hashes[1]))!.State == OperationState.Dropped;
            },
            _deadline,
            "the poison is dropped");

        Assert.That((await stage.FateAsync(hashes[1]))!.Reason, Does.StartWith(reason));
        Assert.That((await stage.FateAsync(hashes[0]))!.State, Is.EqualTo(OperationState.Included));
        Assert.That((await stage.FateAsync(hashes[2]))!.State, Is.EqualTo(OperationState.Included));
        Assert.That(stage.Status(paymaster), Is.EqualTo(standing));
    }
}
