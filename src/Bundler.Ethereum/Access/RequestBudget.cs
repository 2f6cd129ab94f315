namespace Bundler.Ethereum.Access;

/// <summary>Requests per second as a token bucket that holds one second's worth; a batch takes one for each request in it.</summary>
public sealed class RequestBudget(double requestsPerSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly double _capacity = Math.Max(1, requestsPerSecond);
    private double _tokens = Math.Max(1, requestsPerSecond);
    private long _filledAt = clock.GetTimestamp();

    public bool IsUnlimited => requestsPerSecond <= 0;

    /// <summary>Takes the tokens in any case and says after which time they are covered; a bucket in debt makes those who come later wait longer.</summary>
    public TimeSpan Take(int requests)
    {
        if (IsUnlimited)
        {
            return TimeSpan.Zero;
        }

        lock (_lock)
        {
            Fill();
            _tokens -= requests;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / requestsPerSecond);
        }
    }

    /// <summary>Whether a request could go out now.</summary>
    public bool HasRoom()
    {
        if (IsUnlimited)
        {
            return true;
        }

        lock (_lock)
        {
            Fill();
            return _tokens >= 1;
        }
    }

    private void Fill()
    {
        long now = clock.GetTimestamp();
        _tokens = Math.Min(_capacity, _tokens + clock.GetElapsedTime(_filledAt, now).TotalSeconds * requestsPerSecond);
        _filledAt = now;
    }
}
