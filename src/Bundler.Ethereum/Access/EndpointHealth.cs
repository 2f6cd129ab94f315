using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>
/// What is known of one endpoint, from everything it answers or does not, and from probes. One fault takes it out: there are others. It comes
/// back by a probe, after a pause that doubles while it keeps failing.
/// </summary>
public sealed class EndpointHealth(TimeProvider clock)
{
    /// <summary>How much the newest answer weighs in the averages.</summary>
    private const double Weight = 0.1;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private EndpointVerdict _standing = new(EndpointState.Unproven, "has not been asked yet");
    private string? _fault;
    private long _mayReturnAt;
    private int _outsInARow;
    private long _answeredAt;
    private long _restsUntil = long.MinValue;
    private string? _lag;
    private string? _contradiction;
    private double _errorRate;
    private double _latencySeconds;

    /// <summary>The newest block that it is known to have.</summary>
    public ulong Head { get; private set; }

    /// <summary>What it said last; null: it never did.</summary>
    public ulong? ChainId { get; private set; }

    public long Answers { get; private set; }

    public long Faults { get; private set; }

    /// <summary>Since its last answer, by a clock that never jumps; <c>null</c> before the first.</summary>
    public TimeSpan? Silence
    {
        get
        {
            lock (_lock)
            {
                return Answers > 0 ? clock.GetElapsedTime(_answeredAt) : null;
            }
        }
    }

    /// <summary>The last fault, also when it is over.</summary>
    public string? LastFault { get; private set; }

    public double LatencySeconds
    {
        get
        {
            lock (_lock)
            {
                return _latencySeconds;
            }
        }
    }

    /// <summary>100 for one that always answers at once; each share of errors and each second of latency lowers it.</summary>
    public double Score
    {
        get
        {
            lock (_lock)
            {
                return 100 * (1 - _errorRate) / (1 + _latencySeconds);
            }
        }
    }

    /// <summary>The gravest thing that is known.</summary>
    public EndpointVerdict Verdict
    {
        get
        {
            lock (_lock)
            {
                return _standing.State == EndpointState.WrongChain ? _standing
                    : _fault is { } fault ? new EndpointVerdict(EndpointState.Failing, fault)
                    : clock.GetTimestamp() < _restsUntil ? new EndpointVerdict(EndpointState.RateLimited, "asks for fewer requests (HTTP 429)")
                    : _contradiction is { } contradiction ? new EndpointVerdict(EndpointState.Contradicting, contradiction)
                    : _lag is { } lag ? new EndpointVerdict(EndpointState.Lagging, lag)
                    : _standing;
            }
        }
    }

    /// <summary>Whether a probe may look if it answers again.</summary>
    public bool MayBeProbed
    {
        get
        {
            lock (_lock)
            {
                long now = clock.GetTimestamp();
                return now >= _restsUntil && (_fault is null || now >= _mayReturnAt);
            }
        }
    }

    public void Answered(TimeSpan latency)
    {
        lock (_lock)
        {
            Answers++;
            _answeredAt = clock.GetTimestamp();
            _errorRate *= 1 - Weight;
            _latencySeconds = Answers == 1 ? latency.TotalSeconds : _latencySeconds * (1 - Weight) + latency.TotalSeconds * Weight;
        }
    }

    /// <summary>No answer, or none in time.</summary>
    public void Failed(TransportException fault)
    {
        lock (_lock)
        {
            Faults++;
            LastFault = fault.Message;
            _errorRate = _errorRate * (1 - Weight) + Weight;
            long now = clock.GetTimestamp();
            if (fault.RetryAfter is not null || fault.StatusCode == 429)
            {
                TimeSpan rest = TimeSpan.FromSeconds(Math.Clamp((fault.RetryAfter ?? ShortestRest).TotalSeconds, ShortestRest.TotalSeconds, LongestRest.TotalSeconds));
                _restsUntil = Math.Max(_restsUntil, now + Ticks(rest));
                return;
            }

            // Requests that were out together fail together: that is one fault.
            if (_fault is null || now >= _mayReturnAt)
            {
                _outsInARow++;
                _mayReturnAt = now + Ticks(Backoff.After(_outsInARow, FirstPause, LongestPause));
            }

            _fault = fault.Message;
        }
    }

    /// <summary>A probe found it on this chain; <paramref name="expected"/> 0: any is right.</summary>
    public void Proved(ulong chainId, ulong expected)
    {
        lock (_lock)
        {
            // A pause without faults between two of them, and the next one is a first one again.
            if (_fault is null && clock.GetTimestamp() > _mayReturnAt + Ticks(LongestPause))
            {
                _outsInARow = 0;
            }

            _fault = null;
            ChainId = chainId;
            _standing = expected == 0 || chainId == expected
                ? new EndpointVerdict(EndpointState.Fit, null)
                : new EndpointVerdict(EndpointState.WrongChain, $"is on chain {chainId} instead of {expected}");
        }
    }

    /// <summary>A request was answered although the endpoint was thought to fail.</summary>
    public void Recovered()
    {
        lock (_lock)
        {
            _fault = null;
        }
    }

    public void Saw(ulong head)
    {
        lock (_lock)
        {
            Head = head;
        }
    }

    public void Compare(ulong head, ulong reference, ulong maxLag)
    {
        lock (_lock)
        {
            _lag = head + maxLag < reference ? $"is {reference - head} blocks behind: {head} of {reference}" : null;
        }
    }

    /// <summary>Null: it agrees.</summary>
    public void Contradicts(string? reason)
    {
        lock (_lock)
        {
            _contradiction = reason;
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
