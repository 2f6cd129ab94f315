namespace Bundler.Engine;

/// <summary>
/// The node's way out: from its beginning no operation is taken and no bundle built, and what has begun comes to its end; when it is over,
/// requests that still wait for something are cut off.
/// </summary>
public sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private volatile bool _hasBegun;
    private int _requests;

    public bool HasBegun => _hasBegun;

    /// <summary>Whether requests are being answered.</summary>
    public bool IsAnswering => Volatile.Read(ref _requests) > 0;

    /// <summary>Nothing is waited for any more.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>A request has come; <see cref="Leave"/> when it is answered.</summary>
    public void Enter() => Interlocked.Increment(ref _requests);

    public void Leave() => Interlocked.Decrement(ref _requests);

    /// <exception cref="NodeStoppingException">It has begun.</exception>
    public void ThrowIfBegun()
    {
        if (_hasBegun)
        {
            throw new NodeStoppingException();
        }
    }

    public void Dispose() => _over.Dispose();

    internal void Begin() => _hasBegun = true;

    internal Task EndAsync() => _over.CancelAsync();
}
