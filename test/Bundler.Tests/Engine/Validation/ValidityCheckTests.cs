using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class ValidityCheckTests
{
    private const ulong Now = 1_000_000;
    private const ulong BlockFlag = 0x8000_0000_0000;

    private static readonly ChainHead _head = new(500, Hash32.Zero, Hash32.Zero, Now, UInt256.Zero);

    [TestCase(0UL, 0UL, true)]
    [TestCase(0UL, Now + 30, true)]
    [TestCase(0UL, Now + 29, false)]
    [TestCase(Now - 1, 0UL, true)]
    [TestCase(Now, 0UL, false)]
    [TestCase(Now + 1, 0UL, false)]
    [TestCase(0UL, Now - 1, false)]
    public void An_operation_is_valid_now_and_for_thirty_seconds(ulong validAfter, ulong validUntil, bool valid) =>
        Assert.That(Closed(EntryPointVersion.V07, validAfter, validUntil, 0, 0) is null, Is.EqualTo(valid));

    [Test]
    public void Both_windows_must_be_open() =>
        Assert.That(Closed(EntryPointVersion.V07, 0, Now + 500, Now + 400, 0)!.Value, Is.EqualTo(new ValidityWindow(Now + 400, Now + 500)));

    [TestCase(500UL, 531UL, true)]
    [TestCase(501UL, 900UL, false)]
    [TestCase(0UL, 530UL, false)]
    public void Blocks_are_counted_from_the_next_one(ulong after, ulong until, bool valid) =>
        Assert.That(Closed(EntryPointVersion.V09, BlockFlag | after, BlockFlag | until, 0, 0) is null, Is.EqualTo(valid));

    [Test]
    public void An_idle_development_chain_does_not_stop_the_clock()
    {
        ValidityCheck check = new(TraceBuilder.Chain with { Development = true }, 30, Clock(1_000));

        Assert.That(check.Closed(new ValidityWindows(new ValidityWindow(0, Now + 500), null), _head), Is.Not.Null);
    }

    [TestCase(3_600)]
    [TestCase(-3_600)]
    public void A_clock_that_jumps_changes_nothing_where_blocks_tell_the_time(int seconds)
    {
        ValidityCheck check = new(TraceBuilder.Chain, 30, Clock(seconds));

        Assert.That(check.Closed(new ValidityWindows(new ValidityWindow(Now - 500, Now + 500), null), _head), Is.Null);
    }

    private static ValidityWindow? Closed(EntryPointVersion version, ulong after, ulong until, ulong paymasterAfter, ulong paymasterUntil)
    {
        ValidityCheck check = new(TraceBuilder.Chain, 30, Clock(-5));
        ValidityWindows windows = ValidityWindows.Of(
            SimpleAccountWallet.EntryPointOf(version),
            new ValidationData(Address.Zero, until, after),
            new ValidationData(Address.Zero, paymasterUntil, paymasterAfter));
        return check.Closed(windows, _head);
    }

    private static FixedClock Clock(int offsetSeconds) => new(DateTimeOffset.FromUnixTimeSeconds((long)Now + offsetSeconds));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
