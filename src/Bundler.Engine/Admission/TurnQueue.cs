using System.Net;

namespace Bundler.Engine.Admission;

/// <summary>
/// Whose turn it is. The next turn goes to the address that had the least of them lately, among its connections to that which had the least, then to
/// who asked first. No client has all turns, and those that were dear lately leave some free for the next who comes.
/// </summary>
internal sealed class TurnQueue(TurnLimits limits, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private readonly TurnAccounts<IPAddress> _addresses = new();
    private readonly TurnAccounts<string> _connections = new();
    private readonly List<Turn> _waiting = [];
    private int _running;
    private long _asked;

    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>A turn that has started, or one that will; to be given back by <see cref="Leave"/> in either case.</summary>
    /// <exception cref="TooManyWaitingException">There is no place to wait.</exception>
    public Turn Ask(Caller caller)
    {
        lock (_lock)
        {
            double now = Now();
            Turn turn = new(_addresses.Of(caller.Address, now), _connections.Of(caller.Connection, now), _asked++);

            // Who was too dear when asking may not be so any more, and was there before.
            StartNext(now);
            if (MayStart(turn, now))
            {
                Start(turn, now);
                return turn;
            }

            if (turn.Connection.Waiting >= limits.MostWaitingPerClient || (_waiting.Count >= limits.MostWaiting && !MakePlace(turn, now)))
            {
                throw new TooManyWaitingException();
            }

            turn.Wait();
            _waiting.Add(turn);
            return turn;
        }
    }

    public void Leave(Turn turn)
    {
        lock (_lock)
        {
            double now = Now();
            if (turn.IsRunning)
            {
                turn.End(now);
                _running--;
                StartNext(now);
            }
            else if (_waiting.Remove(turn))
            {
                turn.StopWaiting();
            }
        }
    }

    private double Now() => clock.GetElapsedTime(_origin).TotalSeconds;

    private bool MayStart(Turn turn, double now)
    {
        int free = limits.Turns - _running;
        double dear = limits.DearAfter.TotalSeconds;
        return free > 0
            && turn.Connection.Running < limits.MostPerClient
            && turn.Address.Running < limits.Turns - limits.KeptFreeByAddress
            && (free > limits.KeptFreeByConnection || turn.Connection.SpentBy(now) <= dear)
            && (free > limits.KeptFreeByAddress || turn.Address.SpentBy(now) <= dear);
    }

    private void Start(Turn turn, double now)
    {
        _running++;
        turn.Start(now);
    }

    private void StartNext(double now)
    {
        while (_waiting.Where(turn => MayStart(turn, now)).MinBy(turn => Rank(turn, now)) is { } next)
        {
            _waiting.Remove(next);
            next.StopWaiting();
            Start(next, now);
        }
    }

    /// <summary>Who would be last of all leaves the place to somebody who would not.</summary>
    private bool MakePlace(Turn comer, double now)
    {
        Turn? last = _waiting.MaxBy(turn => Rank(turn, now));
        if (last is null || Rank(last, now).CompareTo(Rank(comer, now)) <= 0)
        {
            return false;
        }

        _waiting.Remove(last);
        last.StopWaiting();
        last.SendAway();
        return true;
    }

    private static (double Address, double Connection, long Number) Rank(Turn turn, double now) =>
        (turn.Address.SpentBy(now), turn.Connection.SpentBy(now), turn.Number);
}
