using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Pool;

public sealed class LifeLimitsTests
{
    private static readonly ChainHead _head = A.Head(100) with { Timestamp = Seconds(A.Moment) };

    private static readonly IOptions<PoolOptions> _options = Options.Create(new PoolOptions { MaxWaitSeconds = 600, MaxPendingSeconds = 3_600 });

    private ReputationLedger _reputation = null!;
    private LifeLimits _limits = null!;

    [SetUp]
    public void SetUp()
    {
        _reputation = new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
        _limits = new LifeLimits(A.Chain with { BlockTimeSeconds = 0.45 }, _reputation, A.Ceiling(), _options);
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    public void An_operation_goes_when_its_last_second_is_over(int seconds, bool goes)
    {
        MempoolEntry entry = Of(A.Validation() with { Window = new ValidityWindow(0, Seconds(A.Moment)) });

        Assert.That(_limits.Over(entry, _head with { Timestamp = _head.Timestamp + (ulong)seconds }, A.Moment)?.Reason, goes ? Does.StartWith("expired") : Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Our_own_clock_counts_only_on_a_development_chain(bool development)
    {
        LifeLimits limits = new(A.Chain with { Development = development }, _reputation, A.Ceiling(), _options);
        MempoolEntry entry = Of(A.Validation() with { Window = new ValidityWindow(0, Seconds(A.Moment)) });

        Assert.That(limits.Over(entry, _head, A.Moment.AddHours(1))?.Reason, development ? Does.StartWith("expired") : Is.Null);
    }

    [TestCase(100ul, true)]
    [TestCase(101ul, false)]
    public void An_operation_goes_when_its_last_block_is_the_head(ulong until, bool goes)
    {
        MempoolEntry entry = Of(A.Validation() with { BlockWindow = new ValidityWindow(0, until, InBlocks: true) });

        Assert.That(_limits.Over(entry, _head, A.Moment)?.Reason, goes ? Does.Contain($"block {until}") : Is.Null);
    }

    [TestCase(599, false)]
    [TestCase(600, true)]
    public void An_operation_that_cannot_go_ends_with_its_reason(int seconds, bool goes) =>
        Assert.That(
            _limits.Over(Of(A.Validation()), _head, A.Moment, (TimeSpan.FromSeconds(seconds), "it does not pay"))?.Reason,
            goes ? Is.EqualTo("it could not go for 600 s: it does not pay") : Is.Null);

    [TestCase(7_999UL, false)]
    [TestCase(8_000UL, true)]
    public void Any_operation_ends_when_it_was_pending_for_too_many_blocks(ulong blocks, bool goes)
    {
        MempoolEntry entry = Of(A.Validation());

        LifeEnd? end = _limits.Over(entry, _head with { Number = entry.AdmittedAtBlock + blocks }, A.Moment);

        Assert.That(end?.Reason, goes ? Does.Contain("pending for 3600 s") : Is.Null);
    }

    [TestCase(0UL, false)]
    [TestCase(1UL, true)]
    public void An_operation_goes_when_blocks_become_too_small_for_it(ulong missing, bool goes)
    {
        MempoolEntry entry = Of(A.Validation());
        ulong needed = (ulong)BundleGas.Needed(entry.EntryPoint, entry.Operation, entry.CalldataTokens, hasAggregator: false);

        LifeEnd? end = new LifeLimits(A.Chain, _reputation, A.Ceiling(blockGasLimit: needed - missing), _options).Over(entry, _head, A.Moment);

        Assert.That(end, goes ? Is.EqualTo(new LifeEnd($"the operation needs a transaction of {needed} gas, a block of this chain has {needed - missing}", EntityKind.Account)) : Is.Null);
    }

    [Test]
    public void GREP_010_the_operations_of_a_banned_entity_go_at_once()
    {
        _reputation.Ban(A.EntryPoint.Address, A.Paymaster);

        Assert.That(_limits.Over(Of(A.Validation()), _head, A.Moment)?.Reason, Does.Contain("banned"));
    }

    [TestCase(4.5, false)]
    [TestCase(4.6, true)]
    public void GREP_020_the_operations_of_a_throttled_entity_live_for_ten_blocks_of_the_chain(double seconds, bool goes)
    {
        _reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(_limits.Over(Of(A.Validation()), _head, A.Moment.AddSeconds(seconds))?.Reason, goes ? Does.Contain("throttled") : Is.Null);
    }

    [Test]
    public void Nothing_else_makes_an_operation_go() => Assert.That(_limits.Over(Of(null), _head, A.Moment.AddDays(1))?.Reason, Is.Null);

    [TestCase(false, 0ul)]
    [TestCase(true, 1ul)]
    public void EREP_015_the_paymaster_has_seen_what_expired_only_by_its_own_window(bool endsByPaymaster, ulong seen)
    {
        ulong until = Seconds(A.Moment) - 1;
        MempoolEntry entry = Of(A.Validation() with { Window = new ValidityWindow(0, until), EndsByPaymaster = endsByPaymaster });
        _reputation.Seen(A.EntryPoint.Address, [A.Paymaster]);

        _limits.Acquit(entry, _limits.Over(entry, _head, A.Moment));

        Assert.That(_reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen, Is.EqualTo(seen));
    }

    [Test]
    public void EREP_015_the_paymaster_has_not_seen_what_waited_behind()
    {
        _reputation.Seen(A.EntryPoint.Address, [A.Paymaster]);

        _limits.Acquit(Of(A.Validation()), null);

        Assert.That(_reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen, Is.Zero);
    }

    private static MempoolEntry Of(Bundler.Engine.Validation.ValidationResult? validation) =>
        A.Entry(A.UserOperation() with { Paymaster = A.Paymaster }) with { Validation = validation };

    private static ulong Seconds(DateTimeOffset moment) => (ulong)moment.ToUnixTimeSeconds();
}
