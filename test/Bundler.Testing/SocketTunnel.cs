using System.Net;
using System.Net.Sockets;

namespace Bundler.Testing;

/// <summary>Carries TCP connections to a node, byte for byte, until a test cuts them or mutes the node: a WebSocket that breaks, or that stays and says nothing.</summary>
public sealed class SocketTunnel : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private readonly Uri _node;
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile bool _isMute;

    private SocketTunnel(Uri node)
    {
        _node = node;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, for WebSockets.</summary>
    public Uri Url => new($"ws://{_listener.LocalEndpoint}");

    public static SocketTunnel To(Uri node) => new(node);

    /// <summary>Closes every connection and takes no new one.</summary>
    public void Cut()
    {
        _isCut = true;
        lock (_lock)
        {
            foreach (TcpClient client in _open)
            {
                client.Close();
            }
        }
    }

    /// <summary>Connections stay, and what the node says is lost.</summary>
    public void Mute() => _isMute = true;

    public void Heal()
    {
        _isCut = false;
        _isMute = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> carrying = [];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                carrying.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(carrying);
    }

    private async Task CarryAsync(TcpClient near)
    {
        using (near)
        {
            using TcpClient far = new();
            if (_isCut)
            {
                return;
            }

            try
            {
                await far.ConnectAsync(_node.Host, _node.Port, _ending.Token);
                lock (_lock)
                {
                    _open.UnionWith([near, far]);
                }

                await Task.WhenAny(PumpAsync(near, far, () => false), PumpAsync(far, near, () => _isMute));
            }
            catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Either side closed: so is the other.
            }
            finally
            {
                lock (_lock)
                {
                    _open.ExceptWith([near, far]);
                }
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<bool> isLost)
    {
        byte[] buffer = new byte[BufferBytes];
        NetworkStream source = from.GetStream();
        NetworkStream target = to.GetStream();
        for (int read; (read = await source.ReadAsync(buffer, _ending.Token)) > 0;)
        {
            if (!isLost())
            {
                await target.WriteAsync(buffer.AsMemory(0, read), _ending.Token);
            }
        }
    }
}
