using System.Text.Json;
using System.Threading.Channels;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>
/// What a node announces under one eth_subscribe. It is opened again whenever the connection comes back; what happened meanwhile is lost, and so is
/// the oldest when the reader falls behind. Disposing it ends it.
/// </summary>
public sealed class WebSocketSubscription : IDisposable
{
    private readonly WebSocketSubscriptions _owner;
    private readonly Channel<JsonElement> _announced;
    private volatile string? _id;

    internal WebSocketSubscription(WebSocketSubscriptions owner, JsonRpcRequest request, int capacity)
    {
        _owner = owner;
        Request = request;
        _announced = Channel.CreateBounded<JsonElement>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
    }

    /// <summary>For one reader; completes when disposed, and with a <see cref="JsonRpcException"/> when the node refuses to subscribe.</summary>
    public ChannelReader<JsonElement> Reader => _announced.Reader;

    /// <summary>Whether the node announces now.</summary>
    public bool IsLive => _id is not null;

    internal JsonRpcRequest Request { get; }

    /// <summary>The node's name for it; null while there is none.</summary>
    internal string? Id
    {
        get => _id;
        set => _id = value;
    }

    public void Dispose()
    {
        _announced.Writer.TryComplete();
        _owner.Close(this);
    }

    internal void Announce(JsonElement result) => _announced.Writer.TryWrite(result);

    internal void Refuse(JsonRpcException refusal) => _announced.Writer.TryComplete(refusal);
}
