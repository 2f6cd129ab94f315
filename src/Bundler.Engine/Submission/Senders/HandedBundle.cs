using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>A bundle that was handed over, and who has, or may have, which of its versions.</summary>
/// <param name="first">Its first version.</param>
/// <param name="since">When that was handed over for the first time.</param>
internal sealed class HandedBundle(OutgoingTransaction first, long since)
{
    private readonly Lock _lock = new();
    private readonly List<(Hash32 Hash, SenderRoute Route)> _taken = [];
    private OutgoingTransaction _newest = first;
    private bool _isPublic;

    public long Since { get; } = since;

    /// <summary>The newest version that anybody may have.</summary>
    public OutgoingTransaction Newest
    {
        get
        {
            lock (_lock)
            {
                return _newest;
            }
        }
    }

    /// <summary>Some sender took it, or did not answer.</summary>
    public bool MayBeOut
    {
        get
        {
            lock (_lock)
            {
                return _taken.Count > 0;
            }
        }
    }

    /// <summary>It is, or was meant to be, in the public mempool.</summary>
    public bool IsPublic
    {
        get
        {
            lock (_lock)
            {
                return _isPublic;
            }
        }
    }

    public IReadOnlyList<SenderRoute> Relays
    {
        get
        {
            lock (_lock)
            {
                return [.. _taken.Select(taken => taken.Route).Where(route => route.IsPrivate).Distinct()];
            }
        }
    }

    public void Take(SenderRoute route, OutgoingTransaction transaction)
    {
        lock (_lock)
        {
            _newest = transaction;
            _isPublic |= !route.IsPrivate;
            _taken.Remove((transaction.Hash, route));
            _taken.Add((transaction.Hash, route));
        }
    }

    public void GoPublic()
    {
        lock (_lock)
        {
            _isPublic = true;
        }
    }

    /// <summary>Of several who had it, the one that was asked last: the others did not get it mined before.</summary>
    public SenderRoute? LastToTake(Hash32 mined)
    {
        lock (_lock)
        {
            return _taken.FindLast(taken => taken.Hash == mined).Route;
        }
    }
}
