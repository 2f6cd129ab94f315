using System.Net;
using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission;

/// <summary>Whose turn it is: fair by what was spent, bounded, with something left for the next who comes.</summary>
internal sealed class TurnQueueTests
{
    private static readonly TurnLimits _limits = new(
        Turns: 8, MostPerClient: 6, KeptFree: 2, DearAfter: TimeSpan.FromSeconds(5), MostWaiting: 512, MostWaitingPerClient: 64);

    private ManualTimeProvider _clock = null!;
    private TurnQueue _queue = null!;

    [SetUp]
    public void Open() => Open(_limits);

    [Test]
    public void An_honest_client_behind_64_dear_ones_that_wait_has_the_next_turn([Values] bool sameAddress)
    {
        // Each has a connection of its own, and an address too, or all have one and the same, as behind a proxy.
        Turn[] dear = [.. Enumerable.Range(0, 72).Select(i => _queue.Ask(Client(sameAddress ? 1 : i, i)))];
        for (int round = 0; round < 11; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(4));
            foreach (Turn ran in dear.Where(turn => turn.IsRunning).ToArray())
            {
                int i = Array.IndexOf(dear, ran);
                _queue.Leave(ran);
                dear[i] = _queue.Ask(Client(sameAddress ? 1 : i, i));
            }
        }

        // If no turn was kept free, the next that ends is the honest client's.
        Turn honest = _queue.Ask(Client(sameAddress ? 1 : 200, 1_000));
        if (!honest.IsRunning)
        {
            _queue.Leave(dear.First(turn => turn.IsRunning));
        }

        Assert.That(_queue.Waiting, Is.GreaterThanOrEqualTo(63));
        Assert.That(honest.IsRunning);
        Assert.That(honest.Started.IsCompletedSuccessfully);
    }

    [Test]
    public void The_address_counts_also_for_those_who_connect_anew_for_each_operation()
    {
        Turn[] dear = [.. Enumerable.Range(0, 20).Select(i => _queue.Ask(Client(1, i)))];
        Turn honest = _queue.Ask(Client(2, 100));
        Assert.That(dear.Count(turn => turn.IsRunning), Is.EqualTo(7), "one address does not have all turns");
        Assert.That(honest.IsRunning);

        Turn second = _queue.Ask(Client(3, 101));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Leave(dear[0]);

        Assert.That(second.IsRunning);
    }

    [Test]
    public void A_connection_does_not_have_all_turns()
    {
        Turn[] many = [.. Enumerable.Range(0, 8).Select(_ => _queue.Ask(Client(1, 1)))];

        Assert.That(many.Count(turn => turn.IsRunning), Is.EqualTo(6));
        Assert.That(_queue.Ask(Client(1, 2)).IsRunning);
    }

    [Test]
    public void Dear_clients_leave_turns_free_until_it_is_forgotten()
    {
        Turn[] atWork = [.. Enumerable.Range(0, 6).Select(i => _queue.Ask(Client(i, i)))];
        Spend(Client(7, 7), TimeSpan.FromSeconds(6));
        Turn dear = _queue.Ask(Client(7, 7));
        Turn freshOfDearAddress = _queue.Ask(Client(7, 8));
        Turn next = _queue.Ask(Client(9, 9));
        Assert.That((dear.IsRunning, freshOfDearAddress.IsRunning, next.IsRunning), Is.EqualTo((false, true, true)));

        _queue.Leave(next);
        _queue.Leave(freshOfDearAddress);
        Assert.That(dear.IsRunning, Is.False, "six others are at work still");
        _queue.Leave(atWork[0]);
        Assert.That(dear.IsRunning);
        _queue.Leave(dear);

        _ = _queue.Ask(Client(0, 0));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_queue.Ask(Client(7, 7)).IsRunning, "half of it was forgotten");
    }

    [Test]
    public void Places_to_wait_are_bounded_for_each_and_in_all()
    {
        Open(_limits with { Turns = 1, MostPerClient = 1, MostWaiting = 4, MostWaitingPerClient = 2 });
        Spend(Client(4, 4), TimeSpan.FromSeconds(4));
        Spend(Client(1, 1), TimeSpan.FromSeconds(2));
        Spend(Client(2, 2), TimeSpan.FromSeconds(1));
        Turn running = _queue.Ask(Client(3, 3));
        _queue.Ask(Client(2, 2));
        _queue.Ask(Client(1, 1));
        Turn last = _queue.Ask(Client(1, 1));
        Assert.That(() => _queue.Ask(Client(1, 1)), Throws.TypeOf<TooManyWaitingException>(), "of one connection");
        _queue.Ask(Client(2, 2));

        Assert.That(() => _queue.Ask(Client(4, 4)), Throws.TypeOf<TooManyWaitingException>(), "in all, and this one would be last");
        Turn better = _queue.Ask(Client(5, 5));
        Assert.That(last.Started.Exception?.InnerException, Is.TypeOf<TooManyWaitingException>(), "in all, and this one was last");
        _queue.Leave(last);
        Assert.That(_queue.Waiting, Is.EqualTo(4));
        _queue.Leave(running);
        Assert.That(better.IsRunning);
    }

    [Test]
    public void Who_leaves_while_waiting_takes_nothing_along()
    {
        Open(_limits with { Turns = 1, MostPerClient = 1, MostWaitingPerClient = 1 });
        Turn running = _queue.Ask(Client(1, 1));
        for (int i = 0; i < 1_000; i++)
        {
            Turn impatient = _queue.Ask(Client(2, 2));
            Assert.That(impatient.IsRunning, Is.False);
            _queue.Leave(impatient);
        }

        _queue.Leave(running);
        Assert.That((_queue.Running, _queue.Waiting), Is.EqualTo((0, 0)));
        Assert.That(_queue.Ask(Client(2, 2)).IsRunning);
    }

    [Test]
    public void What_is_remembered_of_clients_is_bounded_and_the_dear_ones_stay_known()
    {
        TurnAccounts<int> accounts = new();
        TurnAccount dear = accounts.Of(-1, 0);
        dear.Start(0);
        dear.End(0, 9);
        TurnAccount busy = accounts.Of(-2, 9);
        busy.Start(9);
        for (int i = 0; i < 3 * TurnAccounts<int>.MostRemembered; i++)
        {
            accounts.Of(i, 9);
        }

        Assert.That(accounts.Count, Is.LessThanOrEqualTo(TurnAccounts<int>.MostRemembered));
        Assert.That((accounts.Of(-1, 9), accounts.Of(-2, 9)), Is.EqualTo((dear, busy)));
        Assert.That(dear.SpentBy(19), Is.EqualTo(4.5).Within(0.001));
    }

    [TestCase("2001:db8::1", "2001:db8::ffff", true, TestName = "IPv6_addresses_of_one_subscriber_are_one_client")]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", false, TestName = "IPv6_addresses_of_two_subscribers_are_two_clients")]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1", true, TestName = "An_IPv4_address_is_the_same_in_both_writings")]
    [TestCase("10.0.0.1", "10.0.0.2", false, TestName = "IPv4_addresses_are_clients_each")]
    public void Addresses(string one, string other, bool same) => Assert.That(
        new Caller(IPAddress.Parse(one), "").Address.Equals(new Caller(IPAddress.Parse(other), "").Address), Is.EqualTo(same));

    private static Caller Client(int address, int connection) => new(new IPAddress([10, 0, 0, (byte)address]), $"{connection}");

    private void Open(TurnLimits limits)
    {
        _clock = new ManualTimeProvider();
        _queue = new TurnQueue(limits, _clock);
    }

    private void Spend(Caller caller, TimeSpan time)
    {
        Turn turn = _queue.Ask(caller);
        Assert.That(turn.IsRunning);
        _clock.Advance(time);
        _queue.Leave(turn);
    }
}
