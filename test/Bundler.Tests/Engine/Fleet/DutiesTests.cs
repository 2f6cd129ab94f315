using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Fleet;

public sealed class DutiesTests
{
    private static readonly Fence Index = new(DutyNames.Index, "a", 3);
    private static readonly Fence Key = new(DutyNames.Signer(A.AddressOf(1)), "a", 7);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void A_node_alone_has_every_duty() => Assert.That(
        (Duties.Sole.Indexes, Duties.Sole.Builds(A.AddressOf(1)), Duties.Sole.Find("anything"), Duties.Sole.Holds(Key)),
        Is.EqualTo((true, true, Fence.Sole, true)));

    [Test]
    public void A_node_of_a_fleet_has_none_before_its_first_heartbeat() => Assert.That(new Duties(_clock).Find(DutyNames.Index), Is.Null);

    [Test]
    public void A_paused_process_wakes_up_without_its_duties()
    {
        Duties duties = new(_clock);
        duties.Renewed([Index, Key], After(7));
        Assert.That((duties.Indexes, duties.Holds(Key), duties.Signers.Count), Is.EqualTo((true, true, 1)));

        _clock.Advance(TimeSpan.FromSeconds(7));

        Assert.That((duties.Indexes, duties.Holds(Key), duties.Signers.Count, duties.Names.Count), Is.EqualTo((false, false, 0, 0)));
    }

    [Test]
    public void A_duty_that_comes_back_under_another_number_is_another()
    {
        Duties duties = new(_clock);
        duties.Renewed([Key with { Number = 9 }], After(7));

        Assert.That((duties.Holds(Key), duties.Find(Key.Name)?.Number), Is.EqualTo((false, 9)));
    }

    [Test]
    public void What_the_store_refused_is_gone_at_once_and_a_refusal_of_an_older_number_takes_nothing()
    {
        Duties duties = new(_clock);
        duties.Renewed([Index, Key], After(7));

        duties.Refused(Key with { Number = 6 });
        Assert.That(duties.Holds(Key), Is.True);
        duties.Refused(Key);

        Assert.That((duties.Holds(Key), duties.Holds(Index), duties.Refusals[Key.Name]), Is.EqualTo((false, true, 2)));
    }

    [Test]
    public async Task Who_listens_hears_of_changes_and_not_of_heartbeats()
    {
        Duties duties = new(_clock);
        await using IAsyncEnumerator<bool> changes = duties.Changes(default).GetAsyncEnumerator();
        await changes.MoveNextAsync();
        duties.Renewed([Index], After(7));
        await changes.MoveNextAsync();

        Task<bool> next = changes.MoveNextAsync().AsTask();
        duties.Renewed([Index], After(8));
        Assert.That(next.IsCompleted, Is.False);
        duties.Renewed([], After(9));

        Assert.That(await next.WaitAsync(TimeSpan.FromSeconds(5)), Is.True);
    }

    private long After(double seconds) => _clock.GetTimestamp() + (long)(seconds * _clock.TimestampFrequency);
}
