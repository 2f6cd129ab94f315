using Bundler.Engine.Fleet;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Fleet;

/// <summary>The time of day of a fleet is the database's.</summary>
public sealed class FleetClockTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);

    private readonly ManualTimeProvider _host = new();

    [TestCase(3_600)]
    [TestCase(-3_600)]
    [TestCase(0.2)]
    public void A_host_that_is_wrong_is_set_by_the_database(double ahead)
    {
        FleetClock clock = new(_host);

        bool isSet = clock.Set(_host.GetUtcNow() - RoundTrip / 2 + TimeSpan.FromSeconds(ahead), RoundTrip);
        _host.Advance(TimeSpan.FromSeconds(5));

        Assert.That((isSet, clock.GetUtcNow() - _host.GetUtcNow()), Is.EqualTo((true, TimeSpan.FromSeconds(ahead))));
    }

    [Test]
    public void What_is_set_stays_until_it_is_wrong_again()
    {
        FleetClock clock = new(_host);
        clock.Set(_host.GetUtcNow().AddSeconds(10), TimeSpan.Zero);
        bool again = clock.Set(_host.GetUtcNow().AddSeconds(10.09), TimeSpan.Zero);
        bool later = clock.Set(_host.GetUtcNow().AddSeconds(11), TimeSpan.Zero);

        Assert.That((again, later, clock.Offset), Is.EqualTo((false, true, TimeSpan.FromSeconds(11))));
    }

    [TestCase(0.09, 0)]
    [TestCase(-0.09, 0)]
    [TestCase(2.9, 6_000)]
    [TestCase(-2.9, 6_000)]
    public void What_a_heartbeat_cannot_tell_apart_from_its_own_length_is_left_alone(double ahead, int milliseconds)
    {
        FleetClock clock = new(_host);
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(milliseconds);

        Assert.That((clock.Set(_host.GetUtcNow() - roundTrip / 2 + TimeSpan.FromSeconds(ahead), roundTrip), clock.Offset), Is.EqualTo((false, TimeSpan.Zero)));
    }
}
