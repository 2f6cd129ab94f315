using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Paymaster.Ledger;

/// <summary>Row 32: a ledger that may be an older copy signs nothing before all that it may lack has expired.</summary>
public sealed class LedgerTrustTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly ulong _seconds = (ulong)_now.ToUnixTimeSeconds();

    [Test]
    public void Row_32_a_ledger_that_was_alive_a_moment_ago_is_whole() => Assert.That(Until(_now - LedgerTrust.Fresh), Is.Zero);

    [Test]
    public void Row_32_an_older_one_waits_for_the_longest_window_and_the_skew_of_clocks() =>
        Assert.That(Until(_now - LedgerTrust.Fresh - TimeSpan.FromTicks(1)), Is.EqualTo(_seconds + 660));

    [Test]
    public void Row_32_an_empty_one_waits_too_for_the_one_before_may_be_lost() => Assert.That(Until(null), Is.EqualTo(_seconds + 660));

    [Test]
    public void Row_32_starting_again_does_not_shorten_the_wait() => Assert.That(Until(_now, distrustedUntil: _seconds + 5), Is.EqualTo(_seconds + 5));

    [Test]
    public void A_chain_without_value_waits_for_nothing() => Assert.That(Until(null, isDevelopment: true), Is.Zero);

    private static ulong Until(DateTimeOffset? beat, ulong distrustedUntil = 0, bool isDevelopment = false) =>
        LedgerTrust.DistrustedUntil(beat, distrustedUntil, 600, new LedgerOpening([], _now, 600, isDevelopment));
}
