namespace Bundler.Engine;

/// <summary>
/// Which lines of the log are written of what strangers can cause as often as they like: the first of each kind, then one in <see cref="Interval"/>,
/// with the number of those left out.
/// </summary>
public sealed class LogSampler(TimeProvider clock)
{
    /// <summary>Kinds that are told apart; what comes beyond shares a place.</summary>
    public const int MaxKinds = 256;

    private static readonly (string, int) _others = ("", 0);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string What, int Code), (long Since, long LeftOut)> _kinds = [];

    /// <summary>At most one line of a kind in this time.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether to write a line.</summary>
    /// <param name="what">With the code: the kind.</param>
    /// <param name="code">With the name: the kind.</param>
    /// <param name="leftOut">How many of the kind were not written since the last line.</param>
    public bool Takes(string what, int code, out long leftOut)
    {
        lock (_lock)
        {
            (string, int) kind = _kinds.ContainsKey((what, code)) || _kinds.Count < MaxKinds ? (what, code) : _others;
            long now = clock.GetTimestamp();
            bool isKnown = _kinds.TryGetValue(kind, out (long Since, long LeftOut) last);
            leftOut = last.LeftOut;
            bool takes = !isKnown || clock.GetElapsedTime(last.Since, now) >= Interval;
            _kinds[kind] = takes ? (now, 0) : (last.Since, last.LeftOut + 1);
            return takes;
        }
    }
}
