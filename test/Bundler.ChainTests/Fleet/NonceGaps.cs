using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Looks at the chain's pool again and again: for how long transactions waited in it because one with a lower nonce was missing.</summary>
internal sealed class NonceGaps : IAsyncDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    private readonly AnvilProcess _anvil;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _looking;

    private NonceGaps(AnvilProcess anvil)
    {
        _anvil = anvil;
        _looking = LookAsync();
    }

    /// <summary>The longest gap so far.</summary>
    public TimeSpan Longest { get; private set; }

    public static NonceGaps Watch(AnvilProcess anvil) => new(anvil);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task LookAsync()
    {
        using PeriodicTimer timer = new(_look, TimeProvider.System);
        long? since = null;
        while (await timer.WaitForNextTickAsync(_ending.Token))
        {
            long now = TimeProvider.System.GetTimestamp();
            bool waits = Hex.DecodeQuantity((await _anvil.RpcAsync("txpool_status")).GetProperty("queued").GetString()) > 0;
            since = waits ? since ?? now : null;
            if (since is { } begin && TimeProvider.System.GetElapsedTime(begin) is var gap && gap > Longest)
            {
                Longest = gap;
            }
        }
    }
}
