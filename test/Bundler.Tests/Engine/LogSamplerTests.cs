using Bundler.Engine;
using Bundler.Testing;

namespace Bundler.Tests.Engine;

public sealed class LogSamplerTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void The_first_of_a_kind_is_written_and_the_next_is_not()
    {
        LogSampler sampler = new(_clock);

        Assert.That(sampler.Takes("a", 1, out _), Is.True);
        Assert.That(sampler.Takes("a", 1, out _), Is.False);
        Assert.That(sampler.Takes("a", 2, out _), Is.True);
        Assert.That(sampler.Takes("b", 1, out _), Is.True);
    }

    [Test]
    public void A_flood_is_a_line_in_each_interval_with_the_number_left_out()
    {
        LogSampler sampler = new(_clock);
        for (int i = 0; i < 380_000; i++)
        {
            sampler.Takes("a", 1, out _);
        }

        _clock.Advance(LogSampler.Interval);

        Assert.That((sampler.Takes("a", 1, out long leftOut), leftOut), Is.EqualTo((true, 379_999L)));
        Assert.That((sampler.Takes("a", 1, out leftOut), leftOut), Is.EqualTo((false, 0L)));
    }

    [Test]
    public void Kinds_beyond_the_bound_share_a_place()
    {
        LogSampler sampler = new(_clock);
        int written = Enumerable.Range(0, 100_000).Count(code => sampler.Takes("a", code, out _));

        Assert.That(written, Is.EqualTo(LogSampler.MaxKinds + 1));
    }
}
