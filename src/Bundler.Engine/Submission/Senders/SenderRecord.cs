namespace Bundler.Engine.Submission;

/// <summary>What became of what one sender was given, since the start; and whether it rests because nothing good did.</summary>
public sealed class SenderRecord(TimeProvider clock)
{
    /// <summary>So many failures in a row make it rest: no answer, an answer that only it gives, or taken and not mined.</summary>
    private const int FailuresToRest = 3;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private SenderNumbers _numbers = new();
    private int _failures;
    private string? _lastFailure;
    private long _restsUntil = long.MinValue;

    /// <summary>A copy.</summary>
    public SenderNumbers Numbers
    {
        get
        {
            lock (_lock)
            {
                return _numbers;
            }
        }
    }

    /// <summary>Why it is passed over now; <c>null</c>: it is not.</summary>
    public string? RestsBecause
    {
        get
        {
            lock (_lock)
            {
                return clock.GetTimestamp() < _restsUntil ? _lastFailure : null;
            }
        }
    }

    internal void Took()
    {
        lock (_lock)
        {
            _numbers = _numbers with { Sent = _numbers.Sent + 1 };
        }
    }

    /// <param name="isItsOwn">The reason lies with the sender rather than with the transaction.</param>
    /// <param name="reason">What it said.</param>
    internal void Refused(bool isItsOwn, string reason)
    {
        lock (_lock)
        {
            _numbers = _numbers with { Refused = _numbers.Refused + 1 };
            if (isItsOwn)
            {
                Fail(reason);
            }
        }
    }

    internal void Unanswered(string reason)
    {
        lock (_lock)
        {
            _numbers = _numbers with { Unanswered = _numbers.Unanswered + 1 };
            Fail(reason);
        }
    }

    /// <summary>A transaction that it took was mined.</summary>
    internal void Included(TimeSpan after)
    {
        lock (_lock)
        {
            _failures = 0;
            _numbers = _numbers with { Included = _numbers.Included + 1, SecondsToInclusion = _numbers.SecondsToInclusion + after.TotalSeconds };
        }
    }

    /// <summary>A transaction that it took was not mined in time, and went another way.</summary>
    internal void Missed()
    {
        lock (_lock)
        {
            _numbers = _numbers with { Missed = _numbers.Missed + 1 };
            Fail("what it takes is not mined");
        }
    }

    private void Fail(string reason)
    {
        _lastFailure = reason;
        if (++_failures >= FailuresToRest)
        {
            _failures = 0;
            _restsUntil = clock.GetTimestamp() + (long)(Rest.TotalSeconds * clock.TimestampFrequency);
        }
    }
}

/// <summary>Transactions, each version of a bundle counted.</summary>
public sealed record SenderNumbers
{
    public long Sent { get; init; }

    public long Refused { get; init; }

    public long Unanswered { get; init; }

    public long Included { get; init; }

    /// <summary>Taken and not mined in time.</summary>
    public long Missed { get; init; }

    /// <summary>All together, from the first hand-over of a bundle to its receipt.</summary>
    public double SecondsToInclusion { get; init; }
}
