using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

public sealed class SuspectListTests
{
    private static readonly MempoolEntry _entry = A.Entry(A.UserOperation());

    private ManualTimeProvider _clock = null!;
    private SuspectList _suspects = null!;

    [SetUp]
    public void SetUp()
    {
        _clock = new ManualTimeProvider();
        _suspects = new SuspectList(Options.Create(new BundlingOptions { SuspectAfterFailures = 2, DropAfterFailures = 3 }), _clock);
    }

    [TestCase(1, false)]
    [TestCase(2, true)]
    public void An_operation_is_a_suspect_after_its_second_nameless_failure(int failures, bool suspect)
    {
        Fail(failures);

        Assert.That(_suspects.IsSuspect(_entry.UserOpHash), Is.EqualTo(suspect));
    }

    [Test]
    public void An_operation_that_failed_alone_is_a_suspect_at_once()
    {
        _suspects.FailedAlone(_entry.UserOpHash);

        Assert.That(_suspects.IsSuspect(_entry.UserOpHash), Is.True);
    }

    [Test]
    public void Who_goes_alone_can_be_told_why()
    {
        _suspects.FailedAlone(_entry.UserOpHash, "authority already reserved");

        Assert.That(_suspects.WhyApart(_entry.UserOpHash), Is.EqualTo("it goes alone, after a pause, for its bundle failed: authority already reserved"));
    }

    [Test]
    public void An_operation_without_a_record_may_join() => Assert.That(MayJoin(LimitBench.Crowd(1)), Is.True);

    [Test]
    public void An_operation_below_suspicion_may_join_without_a_pause()
    {
        Fail(1);

        Assert.That(MayJoin(LimitBench.Crowd(1)), Is.True);
    }

    [Test]
    public void A_suspect_joins_nobody_even_after_its_pause()
    {
        Fail(2);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That(MayJoin(LimitBench.Crowd(1)), Is.False);
    }

    [TestCase(1, 1_000)]
    [TestCase(2, 2_000)]
    [TestCase(5, 16_000)]
    [TestCase(10, 512_000)]
    [TestCase(11, 600_000)]
    [TestCase(40, 600_000)]
    public void A_suspect_waits_for_a_pause_that_doubles_up_to_ten_minutes(int failuresAlone, int milliseconds)
    {
        FailAlone(failuresAlone);

        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        bool before = MayJoin([]);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That((before, MayJoin([])), Is.EqualTo((false, true)));
    }

    [Test]
    public void The_pause_begins_with_the_latest_failure()
    {
        FailAlone(1);
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        FailAlone(1);

        _clock.Advance(TimeSpan.FromMilliseconds(1_999));

        Assert.That(MayJoin([]), Is.False);
    }

    [Test]
    public void The_third_failure_alone_drops_it()
    {
        bool[] drops = [_suspects.FailedAlone(_entry.UserOpHash), _suspects.FailedAlone(_entry.UserOpHash), _suspects.FailedAlone(_entry.UserOpHash)];

        Assert.That(drops, Is.EqualTo(new[] { false, false, true }));
    }

    [Test]
    public void Failures_in_company_do_not_drop_it()
    {
        Fail(10);

        Assert.That(_suspects.FailedAlone(_entry.UserOpHash), Is.False);
    }

    [Test]
    public void One_that_is_accused_is_a_suspect_at_once_and_has_not_failed_alone_yet()
    {
        _suspects.Accuse(_entry.UserOpHash);

        Assert.That(_suspects.IsSuspect(_entry.UserOpHash), Is.True);
        Assert.That((_suspects.FailedAlone(_entry.UserOpHash), _suspects.FailedAlone(_entry.UserOpHash)), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_suspect_is_overdue_two_seconds_after_its_pause()
    {
        FailAlone(1);

        _clock.Advance(TimeSpan.FromMilliseconds(2_999));
        Assert.That(_suspects.Overdue(A.EntryPoint.Address, [_entry]), Is.Empty);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(_suspects.Overdue(A.EntryPoint.Address, [_entry]), Is.EqualTo(new[] { _entry }));
    }

    [Test]
    public void A_forgotten_suspect_has_no_record()
    {
        FailAlone(2);

        _suspects.Forget(_entry.UserOpHash);

        Assert.That((_suspects.IsSuspect(_entry.UserOpHash), MayJoin(LimitBench.Crowd(1))), Is.EqualTo((false, true)));
    }

    [Test]
    public void The_oldest_suspicion_is_forgotten_when_there_are_too_many()
    {
        Fail(2);
        for (int i = 0; i < 1023; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _suspects.Failed([A.HashOf((ulong)i)]);
        }

        Assert.That(_suspects.IsSuspect(_entry.UserOpHash), Is.True);
        _suspects.Failed([A.HashOf(5_000)]);

        Assert.That(_suspects.IsSuspect(_entry.UserOpHash), Is.False);
    }

    private bool MayJoin(MempoolEntry[] draft) => _suspects.MayJoin(LimitBench.Draft(draft), _entry);

    private void Fail(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _suspects.Failed([_entry.UserOpHash]);
        }
    }

    private void FailAlone(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _suspects.FailedAlone(_entry.UserOpHash);
        }
    }
}
