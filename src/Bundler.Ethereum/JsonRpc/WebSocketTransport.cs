using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>JSON-RPC over one WebSocket that connects again whenever it breaks; what was waiting fails then.</summary>
public sealed class WebSocketTransport : IJsonRpcTransport, IAsyncDisposable
{
    private readonly WebSocketTransportOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<WebSocketConnection> _connected = NewConnected();
    private Task? _running;
    private long _lastId;

    public WebSocketTransport(WebSocketTransportOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        Subscriptions = new WebSocketSubscriptions(this);
    }

    /// <summary>eth_subscribe over this connection.</summary>
    public WebSocketSubscriptions Subscriptions { get; }

    public bool IsConnected
    {
        get
        {
            lock (_lock)
            {
                return _connected.Task.IsCompletedSuccessfully;
            }
        }
    }

    /// <summary>Why the last connection ended or did not come about.</summary>
    public TransportException? LastFault { get; private set; }

    private string Node => SafeUrl.Node(_options.Url);

    public async Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        Start();
        return (await SendManyAsync([request], null, cancellationToken))[0].Result;
    }

    public async Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        Start();
        return requests.Count == 0 ? [] : await BatchInParts.SendAsync(requests, async part => await SendManyAsync(part, null, cancellationToken));
    }

    /// <summary>Connects, unless it does so already; sending does it too.</summary>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _running ??= RunAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _stopping.Cancel();
            running = _running;
        }

        if (running is not null)
        {
            await running;
        }

        Subscriptions.Complete();
        _stopping.Dispose();
    }

    /// <summary>Sends over the present connection; <paramref name="onAnswer"/> sees the answer before the next message is read.</summary>
    internal async Task<JsonElement> SendAsync(JsonRpcRequest request, Action<JsonRpcResponse>? onAnswer, CancellationToken cancellationToken) =>
        (await SendManyAsync([request], onAnswer, cancellationToken))[0].Result;

    private static TaskCompletionSource<WebSocketConnection> NewConnected() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<JsonRpcResponse[]> SendManyAsync(
        IReadOnlyList<JsonRpcRequest> requests, Action<JsonRpcResponse>? onAnswer, CancellationToken cancellationToken)
    {
        long firstId = Interlocked.Add(ref _lastId, requests.Count) - requests.Count + 1;
        using CancellationTokenSource timeout = new(_options.Timeout, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            WebSocketConnection connection = await ConnectedAsync().WaitAsync(either.Token);
            return await connection.SendAsync(requests, firstId, onAnswer, either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(TransportFault.Timeout, $"{Node} did not answer within {_options.Timeout.TotalSeconds} s", fault);
        }
    }

    private Task<WebSocketConnection> ConnectedAsync()
    {
        lock (_lock)
        {
            return _connected.Task;
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        int failures = 0;
        try
        {
            while (true)
            {
                failures = await ServeConnectionAsync() ? 1 : failures + 1;
                await Task.Delay(Backoff.After(failures, _options.FirstReconnectDelay, _options.MaxReconnectDelay), _clock, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposed; those who wait for a connection learn it below.
        }
        finally
        {
            lock (_lock)
            {
                _connected.TrySetException(new ObjectDisposedException(nameof(WebSocketTransport)));
            }
        }
    }

    /// <returns>Whether the node said anything before the connection ended.</returns>
    private async Task<bool> ServeConnectionAsync()
    {
        if (await ConnectAsync() is not { } socket)
        {
            return false;
        }

        using WebSocketConnection connection = new(socket, _options);
        Task running = connection.RunAsync(Subscriptions.Deliver, _stopping.Token);
        lock (_lock)
        {
            _connected.SetResult(connection);
        }

        await Task.WhenAll(running, Subscriptions.KeepOpenAsync(connection));
        lock (_lock)
        {
            _connected = NewConnected();
        }

        LastFault = connection.End;
        return connection.HasReceived;
    }

    /// <returns>Null when it fails; <see cref="LastFault"/> says why.</returns>
    private async Task<ClientWebSocket?> ConnectAsync()
    {
        ClientWebSocket socket = new();
        socket.Options.KeepAliveInterval = _options.KeepAliveInterval;
        socket.Options.KeepAliveTimeout = _options.KeepAliveTimeout;
        foreach ((string name, string value) in _options.Headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        if (_options.Url.UserInfo is { Length: > 0 } user)
        {
            string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)));
            socket.Options.SetRequestHeader("Authorization", $"Basic {credentials}");
        }

        using CancellationTokenSource timeout = new(_options.Timeout, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, timeout.Token);
        try
        {
            await socket.ConnectAsync(new UriBuilder(_options.Url) { UserName = "", Password = "" }.Uri, either.Token);
            return socket;
        }
        catch (WebSocketException fault)
        {
            LastFault = new TransportException(TransportFault.Unreachable, $"{Node} cannot be reached: {fault.Message}", fault);
            return null;
        }
        catch (OperationCanceledException fault) when (!_stopping.IsCancellationRequested)
        {
            LastFault = new TransportException(TransportFault.Timeout, $"{Node} did not accept a connection within {_options.Timeout.TotalSeconds} s", fault);
            return null;
        }
        finally
        {
            if (socket.State != WebSocketState.Open)
            {
                socket.Dispose();
            }
        }
    }
}
