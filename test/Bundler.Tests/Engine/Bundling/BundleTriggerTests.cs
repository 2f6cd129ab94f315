using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleTriggerTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void Nothing_is_due_while_nothing_arrives() => Assert.That(Trigger().DueIn(inFlight: 0), Is.Null);

    [Test]
    public void A_lonely_operation_waits_only_for_others_that_come_with_it()
    {
        BundleTrigger trigger = Trigger();
        trigger.Arrived(1);

        Assert.That(trigger.DueIn(inFlight: 0), Is.EqualTo(Milliseconds(40)));
        _clock.Advance(Milliseconds(30));
        trigger.Arrived(1);
        Assert.That(trigger.DueIn(inFlight: 0), Is.EqualTo(Milliseconds(10)));
        _clock.Advance(Milliseconds(30));
        Assert.That(trigger.DueIn(inFlight: 0), Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(0.45, 90)]
    [TestCase(1, 200)]
    [TestCase(12, 2_400)]
    public void While_a_bundle_is_in_flight_the_next_one_keeps_its_distance(double blockTime, int distance)
    {
        BundleTrigger trigger = Trigger(blockTime: blockTime);
        trigger.Built();
        trigger.Arrived(1);

        Assert.That(trigger.DueIn(inFlight: 1), Is.EqualTo(Milliseconds(distance)));
        _clock.Advance(Milliseconds(distance));
        Assert.That(trigger.DueIn(inFlight: 1), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Whoever_comes_when_the_distance_is_kept_waits_only_for_others()
    {
        BundleTrigger trigger = Trigger();
        trigger.Built();
        _clock.Advance(Milliseconds(500));
        trigger.Arrived(1);

        Assert.That(trigger.DueIn(inFlight: 1), Is.EqualTo(Milliseconds(40)));
    }

    [Test]
    public void Enough_operations_are_due_at_once()
    {
        BundleTrigger trigger = Trigger(operations: 3);
        trigger.Built();
        trigger.Arrived(1);
        trigger.Arrived(1);
        Assert.That(trigger.DueIn(inFlight: 1), Is.GreaterThan(TimeSpan.Zero));
        trigger.Arrived(1);

        Assert.That(trigger.DueIn(inFlight: 1), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Enough_value_is_due_at_once()
    {
        BundleTrigger trigger = Trigger(value: 1_000);
        trigger.Built();
        trigger.Arrived(600);
        Assert.That(trigger.DueIn(inFlight: 1), Is.GreaterThan(TimeSpan.Zero));
        trigger.Arrived(400);

        Assert.That(trigger.DueIn(inFlight: 1), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_head_or_a_free_signer_is_due_at_once()
    {
        BundleTrigger trigger = Trigger();
        trigger.Built();
        trigger.Called();

        Assert.That(trigger.DueIn(inFlight: 5), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_was_looked_at_is_not_due_again()
    {
        BundleTrigger trigger = Trigger(operations: 1, value: 1);
        trigger.Arrived(5);
        trigger.Called();
        trigger.Built();

        Assert.That(trigger.DueIn(inFlight: 1), Is.Null);
    }

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private BundleTrigger Trigger(double blockTime = 1, int operations = 20, ulong value = 0) => new(
        Options.Create(new BundlingOptions { BuildAtOperations = operations, BuildAtValueWei = value }),
        new ChainProfile { Name = "test", ChainId = 1337, EntryPoints = [], BlockTimeSeconds = blockTime },
        _clock);
}
