using Bundler.Engine;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WithinRiskTests : IDisposable
{
    private static readonly MempoolEntry _next = A.Entry(A.UserOperation());
    private static readonly UInt256 _price = 2 * A.Fees.BaseFeePerGas + A.Fees.SuggestedTip;

    private readonly EngineMetrics _metrics = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger<RiskWatch> _logger = new();
    private readonly TrackRecord _record;

    public WithinRiskTests() => _record = new TrackRecord(
        new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None), new StakePolicy(A.Chain), _clock);

    private static UInt256 CostOfOne => (BundleGas.Intrinsic + BundleGas.Fixed + Gas) * _price;

    private static UInt256 Gas => BundleGas.AtRisk(A.EntryPoint, _next.Operation, _next.CalldataTokens);

    public void Dispose() => _metrics.Dispose();

    [Test]
    public async Task A_stranger_needs_room_in_the_half_for_strangers()
    {
        Assert.That((await LimitAsync(2 * CostOfOne)).Check(LimitBench.Draft(), _next), Is.Null);
        Assert.That((await LimitAsync(2 * CostOfOne - 2)).Check(LimitBench.Draft(), _next), Is.EqualTo("the purse has no room for operations without a record"));
    }

    [Test]
    public async Task Whoever_has_a_record_needs_room_in_the_whole()
    {
        _record.Included(A.Account);

        Assert.That((await LimitAsync(CostOfOne)).Check(LimitBench.Draft(), _next), Is.Null);
        Assert.That((await LimitAsync(CostOfOne - 1)).Check(LimitBench.Draft(), _next), Is.EqualTo("the purse has no room"));
    }

    [Test]
    public async Task One_stranger_makes_the_bundle_one_of_strangers()
    {
        _record.Included(A.Account);
        BundleDraft draft = LimitBench.Draft(LimitBench.Crowd(1));

        Assert.That((await LimitAsync(2 * CostOfOne)).Check(draft, _next), Is.EqualTo("the purse has no room for operations without a record"));
        Assert.That((await LimitAsync(2 * (CostOfOne + Gas * _price) + 2_000)).Check(draft, _next), Is.Null);
    }

    [Test]
    public async Task The_operator_is_told_once_a_minute()
    {
        WithinRisk limit = await LimitAsync(1);
        limit.Check(LimitBench.Draft(), _next);
        limit.Check(LimitBench.Draft(), _next);
        Assert.That(_logger.Lines, Has.Count.EqualTo(1));

        _clock.Advance(TimeSpan.FromMinutes(1));
        limit.Check(LimitBench.Draft(), _next);
        Assert.That(_logger.Lines, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Whose_bundle_reverted_neither_joins_nor_is_joined()
    {
        WithinRisk limit = await LimitAsync(0);
        _record.Reverted(A.Account);

        Assert.That(limit.Check(LimitBench.Draft(), _next), Is.Null);
        Assert.That(limit.Check(LimitBench.Draft(LimitBench.Crowd(1)), _next), Does.Contain("travels alone"));
        Assert.That(limit.Check(LimitBench.Draft(_next), LimitBench.Crowd(1)[0]), Does.Contain("travels alone"));
    }

    [Test]
    public void An_execution_costs_nothing_when_the_bundle_reverts_but_in_v06() => Assert.Multiple(() =>
    {
        Assert.That(AtRisk(A.EntryPoint, 1_000_000), Is.EqualTo(AtRisk(A.EntryPoint, 0)));
        EntryPoint v06 = EntryPointCatalog.Create(EntryPointVersion.V06, Deployments.EntryPointV06);
        Assert.That(AtRisk(v06, 1_000_000), Is.GreaterThan(AtRisk(v06, 0) + 1_000_000));
    });

    private static UInt256 AtRisk(EntryPoint entryPoint, uint callGasLimit) =>
        BundleGas.AtRisk(entryPoint, A.UserOperation() with { CallGasLimit = callGasLimit }, 0);

    private async Task<WithinRisk> LimitAsync(UInt256 allowance)
    {
        RiskPurse purse = new(A.Chain with { RiskAllowanceWei = allowance }, new MemoryLedgerStore(), neverReverts: false);
        await purse.CountAsync(default);
        return new WithinRisk(purse, _record, new RiskWatch(purse, _metrics, _logger, _clock));
    }
}
