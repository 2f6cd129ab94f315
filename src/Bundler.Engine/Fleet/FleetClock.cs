namespace Bundler.Engine.Fleet;

/// <summary>
/// The time of day by the clock of the database that several nodes share, as the heartbeats show it: what one node writes down another one reads, and no two
/// hosts' clocks are alike. Timers and timestamps are the system's, which never jump.
/// </summary>
public sealed class FleetClock(TimeProvider host) : TimeProvider
{
    /// <summary>Nobody sees so small a difference, and clocks that are kept by a time service have one: it is left alone.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    private long _offsetTicks;

    /// <summary>So much the database's clock is ahead of the host's.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public override DateTimeOffset GetUtcNow() => host.GetUtcNow() + Offset;

    /// <summary>Hears what the database's clock was at some moment of a heartbeat that has just been answered; true when this clock was set by it.</summary>
    /// <param name="database">What it was.</param>
    /// <param name="roundTrip">How long the heartbeat took: by half of it the moment is uncertain.</param>
    internal bool Set(DateTimeOffset database, TimeSpan roundTrip)
    {
        TimeSpan error = database - (GetUtcNow() - roundTrip / 2);
        if (error.Duration() <= roundTrip / 2 + Tolerance)
        {
            return false;
        }

        Interlocked.Add(ref _offsetTicks, error.Ticks);
        return true;
    }
}
