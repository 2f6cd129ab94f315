using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Inclusion;

public sealed class PatienceTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void An_operation_that_a_reorganisation_gave_back_is_tried_again_every_second_until_its_grace_is_over()
    {
        Patience patience = Of(seconds: 3);
        MempoolEntry entry = A.Entry(A.UserOperation()) with { ReturnedAt = _clock.GetUtcNow() };
        List<bool> tries = [];
        for (int second = 0; second < 4; second++)
        {
            Assert.That(patience.IsDue(entry.UserOpHash), Is.True, $"after {second} s");
            tries.Add(patience.Has(entry));
            Assert.That(patience.IsDue(entry.UserOpHash), Is.False);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(tries, Is.EqualTo(new[] { true, true, true, false }));
    }

    [Test]
    public void A_restart_does_not_prolong_the_grace()
    {
        MempoolEntry entry = A.Entry(A.UserOperation()) with { ReturnedAt = _clock.GetUtcNow() };
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.That(Of(seconds: 3).Has(entry), Is.False);
    }

    [Test]
    public void A_jump_of_the_wall_clock_neither_ends_the_grace_nor_prolongs_it([Values(-1, 1)] int hours)
    {
        Patience patience = Of(seconds: 3);
        MempoolEntry entry = A.Entry(A.UserOperation()) with { ReturnedAt = _clock.GetUtcNow() };
        patience.Has(entry);
        _clock.Jump(TimeSpan.FromHours(hours));

        _clock.Advance(TimeSpan.FromSeconds(2));
        bool before = patience.Has(entry);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((before, patience.Has(entry)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Without_a_reorganisation_the_grace_begins_with_the_first_failure()
    {
        Patience patience = Of(seconds: 3);
        MempoolEntry entry = A.Entry(A.UserOperation());

        bool first = patience.Has(entry);
        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.That((first, patience.Has(entry)), Is.EqualTo((true, false)));
    }

    [Test]
    public void What_has_gone_is_forgotten()
    {
        Patience patience = Of(seconds: 3);
        MempoolEntry entry = A.Entry(A.UserOperation());
        patience.Has(entry);

        patience.Keep(entry.EntryPoint.Address, _ => false);

        Assert.That(patience.IsDue(entry.UserOpHash), Is.True);
    }

    [Test]
    public void What_waits_for_another_EntryPoint_is_not_forgotten()
    {
        Patience patience = Of(seconds: 3);
        MempoolEntry entry = A.Entry(A.UserOperation());
        patience.Has(entry);

        patience.Keep(Deployments.EntryPointV08, _ => false);

        Assert.That(patience.IsDue(entry.UserOpHash), Is.False);
    }

    private Patience Of(int seconds) => new(Options.Create(new PoolOptions { ReturnGraceSeconds = seconds }), _clock);
}
