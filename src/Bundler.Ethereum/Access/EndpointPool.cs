using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>
/// All endpoints of the chain and the newest block that was seen through any of them. Those who ask keep to one endpoint as long as it is fit,
/// so that what they are told belongs together. With a single endpoint nothing is compared, and nothing of it is ever out.
/// </summary>
public sealed class EndpointPool
{
    /// <summary>Another endpoint takes over from a fit one when its score is so many times higher.</summary>
    private const double MuchBetter = 1.5;

    private readonly Lock _lock = new();
    private readonly Dictionary<EndpointPurposes, Endpoint> _first = [];
    private readonly TimeProvider _clock;
    private long? _lostSince;
    private ulong _newestHead;
    private long _headsTold;

    public EndpointPool(IReadOnlyList<Endpoint> endpoints, ChainAccessOptions options, TimeProvider clock)
    {
        All = endpoints;
        Options = options;
        _clock = clock;
    }

    /// <summary>In the order of the configuration; at least one.</summary>
    public IReadOnlyList<Endpoint> All { get; }

    public ChainAccessOptions Options { get; }

    /// <summary>Whether there is anything to compare or to fail over to.</summary>
    public bool IsSingle => All.Count == 1;

    /// <summary>The newest block that any reader has been told of: no later answer may be older.</summary>
    public ulong NewestHead
    {
        get
        {
            lock (_lock)
            {
                return _newestHead;
            }
        }
    }

    /// <summary>What is known of an endpoint, as far as it matters: with a single one nothing but its silence does.</summary>
    public EndpointVerdict VerdictOf(Endpoint endpoint)
    {
        EndpointVerdict verdict = endpoint.Health.Verdict;
        return IsSingle && verdict.State == EndpointState.Unproven ? new EndpointVerdict(EndpointState.Fit, null) : verdict;
    }

    /// <summary>Whom to ask, the best first; those that are out come last, as a last resort, and those on another chain never.</summary>
    public IReadOnlyList<Endpoint> For(EndpointPurposes purpose)
    {
        Endpoint[] able = [.. All.Where(endpoint => endpoint.Serves(purpose) && endpoint.Health.Verdict.State != EndpointState.WrongChain)];
        return able.Length <= 1 ? able : Ordered(purpose, able);
    }

    /// <summary>What was read cannot be true: whoever is asked first is out until a probe, so that another tells it.</summary>
    public void Doubt(string reason)
    {
        if (!IsSingle && For(EndpointPurposes.Reads) is [Endpoint first, ..])
        {
            first.Health.Failed(new TransportException(TransportFault.Malformed, reason));
        }
    }

    /// <summary>How many heads readers have been told of: what was read under one may not hold under the next.</summary>
    public long HeadsTold => Interlocked.Read(ref _headsTold);

    /// <summary>What an endpoint was the first to be asked for, when it was asked last.</summary>
    public EndpointPurposes FirstFor(Endpoint endpoint)
    {
        lock (_lock)
        {
            return _first.Where(pair => pair.Value == endpoint).Aggregate(EndpointPurposes.None, (all, pair) => all | pair.Key);
        }
    }

    /// <summary>Readers are told of this block.</summary>
    public void Told(ulong head)
    {
        Interlocked.Increment(ref _headsTold);
        lock (_lock)
        {
            _newestHead = Math.Max(_newestHead, head);
        }
    }

    /// <summary>Whether an endpoint must first say that it knows the newest block.</summary>
    public bool MustShowHead(Endpoint endpoint) => !IsSingle && endpoint.Health.Head < NewestHead;

    /// <summary>Compares what all endpoints know, having been asked at about the same time.</summary>
    public void Compare()
    {
        if (IsSingle)
        {
            return;
        }

        lock (_lock)
        {
            ulong[] heads = [.. All.Where(IsOnTheChain).Select(endpoint => endpoint.Health.Head).OrderDescending()];
            if (heads.Length == 0)
            {
                return;
            }

            // Of three or more, one alone may be wrong: the highest block that two of them have.
            ulong reference = heads.Length >= 3 ? heads[1] : heads[0];
            foreach (Endpoint endpoint in All.Where(IsOnTheChain))
            {
                endpoint.Health.Compare(endpoint.Health.Head, reference, Options.MaxLag);
            }

            ForgetLostHead(reference);
        }
    }

    private Endpoint[] Ordered(EndpointPurposes purpose, Endpoint[] able)
    {
        lock (_lock)
        {
            Endpoint? current = _first.GetValueOrDefault(purpose);
            Endpoint[] ordered =
            [
                .. able.OrderBy(Rank)
                    .ThenBy(endpoint => endpoint.Budget.HasRoom() ? 0 : 1)
                    .ThenByDescending(endpoint => endpoint.Health.Score * (endpoint == current ? MuchBetter : 1)),
            ];
            _first[purpose] = ordered[0];
            return ordered;
        }
    }

    private static int Rank(Endpoint endpoint) => endpoint.Health.Verdict.State switch
    {
        EndpointState.Fit => 0,
        EndpointState.Unproven => 1,
        EndpointState.Contradicting or EndpointState.Lagging => 2,
        EndpointState.Failing => 3,
        _ => 4,
    };

    private static bool IsOnTheChain(Endpoint endpoint) => endpoint.Health.Verdict.State is EndpointState.Fit or EndpointState.Lagging;

    // A reorganisation to fewer blocks, or an endpoint that told of blocks nobody else has: not forever is everybody behind.
    private void ForgetLostHead(ulong reference)
    {
        if (reference >= _newestHead)
        {
            _lostSince = null;
        }
        else if (_lostSince is not { } since)
        {
            _lostSince = _clock.GetTimestamp();
        }
        else if (_clock.GetElapsedTime(since) >= Options.LostHeadAfter)
        {
            _newestHead = reference;
            _lostSince = null;
        }
    }
}
