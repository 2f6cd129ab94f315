using System.Globalization;

namespace Bundler.Engine.Development;

/// <summary>
/// The system's clock, wrong by the seconds that stand in a file and read at every look: a clock that jumps while the node runs. Timers and
/// timestamps go on evenly, as the system's do when its clock is set.
/// </summary>
/// <param name="file">Missing or unreadable, it changes nothing.</param>
public sealed class OffsetClock(string file) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset();

    private TimeSpan Offset() =>
        File.Exists(file) && double.TryParse(File.ReadAllText(file), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
}
