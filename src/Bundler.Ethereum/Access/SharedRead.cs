using System.Text.Json;

namespace Bundler.Ethereum.Access;

/// <summary>One read under way for all who ask the same; given up when the last of them does.</summary>
internal sealed class SharedRead : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task<JsonElement> _answer;
    private int _waiting;

    public SharedRead(Func<CancellationToken, Task<JsonElement>> ask) => _answer = ask(_abandoned.Token);

    /// <returns>False when everybody has left already: it is not to be joined any more.</returns>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_abandoned.IsCancellationRequested)
            {
                return false;
            }

            _waiting++;
            return true;
        }
    }

    public async Task<JsonElement> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _answer.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _abandoned.Dispose();

    private void Leave()
    {
        bool last;
        lock (_lock)
        {
            last = --_waiting == 0;
        }

        if (last)
        {
            _abandoned.Cancel();
        }
    }
}
