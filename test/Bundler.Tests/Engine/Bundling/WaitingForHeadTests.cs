using Bundler.Engine.Bundling.Pace;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Bundling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WaitingForHeadTests
{
    private static readonly Hash32 _one = Hash32.From(1);

    private readonly WaitingForHead _waiting = new();

    [Test]
    public void It_waits_on_the_head_that_it_failed_on_and_not_on_the_next()
    {
        _waiting.Add(_one, 10);

        Assert.That((_waiting.Waits(_one, 10), _waiting.Waits(_one, 11)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Each_further_time_it_waits_twice_as_long_up_to_a_bound()
    {
        ulong head = 10;
        List<ulong> pauses = [];
        for (int i = 0; i < 8; i++)
        {
            _waiting.Add(_one, head);
            ulong pause = 0;
            while (_waiting.Waits(_one, head))
            {
                head++;
                pause++;
            }

            pauses.Add(pause);
        }

        Assert.That(pauses, Is.EqualTo(new ulong[] { 1, 2, 4, 8, 16, 32, 64, 64 }));
    }

    [Test]
    public void Whoever_never_failed_does_not_wait() => Assert.That(_waiting.Waits(_one, 0), Is.False);

    [Test]
    public void The_oldest_is_forgotten_when_there_are_too_many()
    {
        for (ulong i = 0; i < 1_025; i++)
        {
            _waiting.Add(Hash32.From(100 + i), 10 + i);
        }

        Assert.That((_waiting.Waits(Hash32.From(100), 10), _waiting.Waits(Hash32.From(101), 10)), Is.EqualTo((false, true)));
    }
}
