using Bundler.Engine.Bundling.Money;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

public sealed class WaitingForFeesTests
{
    private static readonly Hash32 _one = Hash32.From(1);

    private readonly ManualTimeProvider _clock = new();

    [TestCase(100u, true)]
    [TestCase(101u, true)]
    [TestCase(99u, false)]
    public void It_waits_until_gas_is_cheaper(uint price, bool waits)
    {
        WaitingForFees waiting = new(_clock);
        waiting.Add(_one, 100);

        Assert.That(waiting.Waits(_one, price), Is.EqualTo(waits));
    }

    [Test]
    public void Now_and_then_it_is_measured_again()
    {
        WaitingForFees waiting = new(_clock);
        waiting.Add(_one, 100);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That(waiting.Waits(_one, 100), Is.False);
    }

    [Test]
    public void Each_time_it_waits_twice_as_long_up_to_ten_minutes()
    {
        WaitingForFees waiting = new(_clock);
        List<double> pauses = [];
        for (int i = 0; i < 9; i++)
        {
            waiting.Add(_one, 100);
            pauses.Add(0);
            for (; waiting.Waits(_one, 100); pauses[^1]++)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.That(pauses, Is.EqualTo(new[] { 10, 20, 40, 80, 160, 320, 600, 600, 600 }));
    }

    [Test]
    public void When_gas_was_cheaper_it_begins_anew()
    {
        WaitingForFees waiting = new(_clock);
        waiting.Add(_one, 100);
        waiting.Add(_one, 100);
        waiting.Add(_one, 90);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That(waiting.Waits(_one, 90), Is.False);
    }

    [Test]
    public void Whoever_was_never_measured_does_not_wait() => Assert.That(new WaitingForFees(_clock).Waits(_one, 100), Is.False);

    [Test]
    public void The_oldest_is_forgotten_when_there_are_too_many()
    {
        WaitingForFees waiting = new(_clock);
        for (ulong i = 0; i <= 16_384; i++)
        {
            _clock.Advance(TimeSpan.FromMicroseconds(1));
            waiting.Add(Hash32.From(i), 100);
        }

        Assert.That((waiting.Waits(Hash32.From(0UL), 100), waiting.Waits(_one, 100)), Is.EqualTo((false, true)));
    }
}
