namespace Bundler.Signing.Guard;

/// <summary>At most so many within any minute; not safe for several threads.</summary>
internal sealed class MinuteRate(int max, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<long> _taken = new(max);

    /// <summary>Takes one, or says that there is none left now.</summary>
    public bool TryTake()
    {
        while (_taken.TryPeek(out long oldest) && clock.GetElapsedTime(oldest) >= Window)
        {
            _taken.Dequeue();
        }

        if (_taken.Count >= max)
        {
            return false;
        }

        _taken.Enqueue(clock.GetTimestamp());
        return true;
    }
}
