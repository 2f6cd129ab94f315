using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>Why operations that might be bundled are not, and since when: whatever waits has a reason that can be asked for, and an end by <see cref="LifeLimits"/>.</summary>
public sealed partial class Mempool
{
    private readonly Dictionary<Hash32, Wait> _waiting = [];

    /// <summary>Operations that could not go now. Who waits already goes on waiting, for the newest reason.</summary>
    public void Postpone(IReadOnlyDictionary<Hash32, string> reasons)
    {
        lock (_lock)
        {
            foreach ((Hash32 userOpHash, string reason) in reasons)
            {
                if (_byHash.ContainsKey(userOpHash))
                {
                    long since = _waiting.TryGetValue(userOpHash, out Wait? wait) ? wait.Since : clock.GetTimestamp();
                    _waiting[userOpHash] = wait?.Reason == reason ? wait : new Wait(reason, since);
                }
            }
        }
    }

    /// <summary>Operations that are on their way in a bundle.</summary>
    public void WaitNoMore(IEnumerable<Hash32> userOpHashes)
    {
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                _waiting.Remove(userOpHash);
            }
        }
    }

    /// <summary>Why a pending operation is in no bundle, or <c>null</c> when nothing keeps it from the next one.</summary>
    public string? WaitsBecause(MempoolEntry entry)
    {
        lock (_lock)
        {
            return OwnReason(entry)
                ?? (_queues.Of(entry.Operation.Sender, entry.Nonce.Key).LastOrDefault(entry.Follows) is { } before
                    ? $"the operation {before.UserOpHash} before it in its nonce order goes first"
                    : null);
        }
    }

    /// <summary>
    /// Operations of which only the node that builds their bundles knows why they wait, with that reason. Who waits for another one in its nonce order is not
    /// among them: every node sees that.
    /// </summary>
    public IReadOnlyDictionary<Hash32, string> OwnReasons()
    {
        lock (_lock)
        {
            Dictionary<Hash32, string> reasons = [];
            foreach (MempoolEntry entry in _byHash.Values)
            {
                if (entry.IsIdle && OwnReason(entry) is { } reason)
                {
                    reasons.Add(entry.UserOpHash, reason);
                }
            }

            return reasons;
        }
    }

    /// <summary>Another node builds the bundles from now on: why operations wait is for that one to say.</summary>
    public void ForgetReasons()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    internal TimeSpan? WaitsFor(Hash32 userOpHash) => _waiting.TryGetValue(userOpHash, out Wait? wait) ? clock.GetElapsedTime(wait.Since) : null;

    private string? OwnReason(MempoolEntry entry) =>
        _waiting.TryGetValue(entry.UserOpHash, out Wait? wait) ? wait.Reason
        : entry.State == EntryState.Unvalidated ? "it is validated again before it may go"
        : null;

    /// <summary>A reason, and the clock's timestamp when the first one was given.</summary>
    private sealed record Wait(string Reason, long Since);
}
