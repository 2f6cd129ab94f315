using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>
/// Which operations to try together next, so that few tries find all that go through together and each one that keeps others from it. What is known to go
/// through only grows; behind it the first that makes it fail is found by halves. With k culprits among n there are at most 1 + k (2 + log2 n) tries.
/// Pure.
/// </summary>
/// <param name="entries">In the order in which they travel.</param>
internal sealed class CompanySearch(IReadOnlyList<MempoolEntry> entries)
{
    /// <summary>So many trials in a row may be lost to somebody who is named before the next one is smaller.</summary>
    private const int Patience = 2;

    private const int MostHalvings = 30;

    private List<MempoolEntry> _sound = [];
    private List<MempoolEntry> _rest = [.. entries];

    /// <summary>So many of the rest are known to fail behind the sound ones; <c>null</c>: nothing is known of the rest.</summary>
    private int? _failing;

    /// <summary>Trials in a row that somebody has spoiled who is out now.</summary>
    private int _spoiled;

    /// <summary>Nothing is left to be tried.</summary>
    public bool IsOver => _rest.Count == 0;

    /// <summary>The largest company so far that went through, as it did.</summary>
    public CheckedBundle? Best { get; private set; }

    /// <summary>Somebody has gone through, or has left.</summary>
    public bool HasResult { get; private set; }

    /// <summary>All who have not left.</summary>
    public IReadOnlyList<MempoolEntry> Members => [.. _sound, .. _rest];

    /// <summary>What to try next; ends with <see cref="Passed"/>, <see cref="Failed"/> or <see cref="Leave"/>.</summary>
    public List<MempoolEntry> Trial => [.. _sound, .. _rest.Take(NewInTrial)];

    /// <summary>The one behind which nothing goes through, when it is found; nobody but it has failed if <see cref="Best"/> is <c>null</c>.</summary>
    public MempoolEntry? Culprit => _failing == 1 ? _rest[0] : null;

    /// <summary>Of the last failure: with a <see cref="Culprit"/>, of its own.</summary>
    public string FailedBecause { get; private set; } = "";

    /// <summary>The last failure was that nobody told, in time, what the trial does.</summary>
    public bool WasUntraceable { get; private set; }

    /// <summary>The node stood still in the last trial that failed.</summary>
    public bool WasDoubtful { get; private set; }

    /// <summary>How many of the trial are not known to go through.</summary>
    public int NewInTrial => _failing is { } failing ? failing / 2
        : Math.Min(_rest.Count, Math.Max(1, _rest.Count >> Math.Clamp(_spoiled - Patience, 0, MostHalvings)));

    /// <summary>The trial went through.</summary>
    public void Passed(CheckedBundle trial)
    {
        int step = NewInTrial;
        _sound = [.. _sound, .. _rest.Take(step)];
        _rest.RemoveRange(0, step);
        _failing -= step;
        Best = trial;
        HasResult = true;
        _spoiled = 0;
    }

    /// <summary>The trial failed, and nobody can be named.</summary>
    public void Failed(string reason, bool isUntraceable = false, bool isDoubtful = false)
    {
        WasDoubtful = isDoubtful;
        WasUntraceable = isUntraceable;
        _failing = NewInTrial;
        FailedBecause = reason;
    }

    /// <summary>An operation is out, with those that follow it in its nonce order.</summary>
    public void Leave(MempoolEntry entry) => Leave([entry]);

    /// <summary>All whom one trial has cost their place.</summary>
    public void Leave(IReadOnlyList<MempoolEntry> entries)
    {
        HasResult = true;
        _failing = null;
        _spoiled++;
        foreach (MempoolEntry entry in entries)
        {
            TakeOut(entry);
        }
    }

    private void TakeOut(MempoolEntry entry)
    {
        _rest = Without(_rest, entry);
        if (Without(_sound, entry) is { } left && left.Count < _sound.Count)
        {
            // What went through with it need not go through without.
            _rest = [.. left, .. _rest];
            _sound = [];
            Best = null;
        }
    }

    private static List<MempoolEntry> Without(List<MempoolEntry> entries, MempoolEntry culprit) =>
        [.. entries.Where(entry => entry.UserOpHash != culprit.UserOpHash && !entry.Follows(culprit))];
}
