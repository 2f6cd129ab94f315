using System.Text.Json;
using System.Threading.Channels;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>What one endpoint announces under newHeads.</summary>
internal sealed class HeadListener : IDisposable
{
    private const int AnnouncedHeads = 16;

    private readonly WebSocketSubscription _subscription;
    private readonly CancellationToken _ending;

    public HeadListener(Endpoint endpoint, CancellationToken cancellationToken)
    {
        Endpoint = endpoint;
        _ending = cancellationToken;
        _subscription = endpoint.Socket!.Subscriptions.Open(
            JsonRpcRequest.Create("eth_subscribe", writer => writer.WriteStringValue("newHeads")), AnnouncedHeads);
        Announced = _subscription.Reader.WaitToReadAsync(cancellationToken).AsTask();
    }

    public Endpoint Endpoint { get; }

    /// <summary>Done when there is something to take; null: the node has no newHeads.</summary>
    public Task<bool>? Announced { get; private set; }

    public bool IsLive => _subscription.IsLive;

    /// <summary>Its connection stands, but others knew of a block that it never announced.</summary>
    public bool IsMute { get; set; }

    /// <summary>The newest that it announced.</summary>
    public BlockHeader? Newest { get; private set; }

    /// <returns>Whether it has announced anything since the last look.</returns>
    public async Task<bool> TakeAsync()
    {
        if (Announced is not { IsCompleted: true } announced)
        {
            return false;
        }

        if (!await IsOpenAsync(announced))
        {
            Announced = null;
            return false;
        }

        bool any = false;
        while (_subscription.Reader.TryRead(out JsonElement head))
        {
            any |= Read(head);
        }

        Announced = _subscription.Reader.WaitToReadAsync(_ending).AsTask();
        return any;
    }

    public void Dispose() => _subscription.Dispose();

    private static async Task<bool> IsOpenAsync(Task<bool> announced)
    {
        try
        {
            return await announced;
        }
        catch (JsonRpcException)
        {
            // A node without newHeads is polled.
            return false;
        }
    }

    private bool Read(JsonElement head)
    {
        try
        {
            Newest = EthereumJson.Read(head, "newHeads", BlockHeader.Read);
            Endpoint.Health.Saw(Newest.Number);
            IsMute = false;
            return true;
        }
        catch (CodecException fault)
        {
            Endpoint.Health.Failed(new TransportException(TransportFault.Malformed, $"{Endpoint} announces heads that cannot be read: {fault.Message}", fault));
            return false;
        }
    }
}
