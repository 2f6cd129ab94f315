using Bundler.Ethereum.Access;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

public sealed class EndpointHealthTests
{
    [Test]
    public void A_jump_of_the_wall_clock_is_no_silence([Values(-1, 1)] int hours)
    {
        ManualTimeProvider clock = new();
        EndpointHealth health = new(clock);
        TimeSpan? before = health.Silence;
        health.Answered(TimeSpan.Zero);

        clock.Jump(TimeSpan.FromHours(hours));
        clock.Advance(TimeSpan.FromSeconds(3));

        Assert.That((before, health.Silence), Is.EqualTo(((TimeSpan?)null, TimeSpan.FromSeconds(3))));
    }
}
