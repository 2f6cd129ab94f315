using Microsoft.AspNetCore.Http;

namespace Bundler.Testing.Kms;

/// <summary>
/// A key service on a loopback port. It speaks the protocol of the real one, answers every second time with a high s, and is in trouble
/// when told so: for the next requests, or until told otherwise.
/// </summary>
public abstract class FakeKeyServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<KmsTrouble> _next = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly LoopbackServer _server;
    private bool _isGone;
    private KmsTrouble _lasting;
    private int _requests;

    protected FakeKeyServer(SoftKey key)
    {
        Key = key;
        _server = new LoopbackServer(ServeAsync);
    }

    public SoftKey Key { get; }

    /// <summary>Where it listens, once started.</summary>
    public Uri Endpoint => _server.Url;

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Trouble for one request each, in order; after that the lasting trouble.</summary>
    public void Next(params ReadOnlySpan<KmsTrouble> troubles)
    {
        lock (_lock)
        {
            foreach (KmsTrouble trouble in troubles)
            {
                _next.Enqueue(trouble);
            }
        }
    }

    /// <summary>Trouble for all requests from now on; <see cref="KmsTrouble.None"/> ends it.</summary>
    public void FromNowOn(KmsTrouble trouble)
    {
        lock (_lock)
        {
            _lasting = trouble;
            _next.Clear();
        }
    }

    public Task StartAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _isGone, true))
        {
            await _stopping.CancelAsync();
            await _server.DisposeAsync();
            _stopping.Dispose();
            Key.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The service's answer to a request, when all is well.</summary>
    protected abstract Task AnswerAsync(HttpContext context, string body, bool corrupt);

    /// <summary>The service's words for a trouble.</summary>
    protected abstract Task RefuseAsync(HttpContext context, KmsTrouble trouble);

    protected static async Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        KmsTrouble trouble;
        lock (_lock)
        {
            trouble = _next.TryDequeue(out KmsTrouble once) ? once : _lasting;
        }

        switch (trouble)
        {
            case KmsTrouble.None or KmsTrouble.Corrupts:
                await AnswerAsync(context, body, trouble == KmsTrouble.Corrupts);
                break;
            case KmsTrouble.Hangs:
                await HangAsync(context);
                break;
            case KmsTrouble.Drops:
                context.Abort();
                break;
            case KmsTrouble.TalksHtml:
                await WriteAsync(context, StatusCodes.Status200OK, "text/html", "<html><body>Please sign in to the wireless network</body></html>");
                break;
            default:
                await RefuseAsync(context, trouble);
                break;
        }
    }

    private async Task HangAsync(HttpContext context)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (either.Token.Register(gone.SetResult))
        {
            await gone.Task;
        }
    }
}
