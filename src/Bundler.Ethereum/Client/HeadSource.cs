using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Client;

/// <summary>
/// The heads of the chain as they appear: announced over the WebSocket while it lives, polled otherwise. Only the newest head is given, so a slow
/// reader skips some, and no head twice, so a chain that flips back is seen by its next block.
/// </summary>
public sealed class HeadSource(EthClient eth, WebSocketTransport? socket, HeadSourceOptions options, TimeProvider clock)
{
    private const int RememberedHeads = 128;
    private const int AnnouncedHeads = 16;

    /// <summary>The present head and all that follow.</summary>
    /// <exception cref="TransportException">The node does not answer; enumerating again goes on.</exception>
    /// <exception cref="CodecException">The node's block is malformed.</exception>
    public async IAsyncEnumerable<BlockHeader> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using WebSocketSubscription? subscription = socket?.Subscriptions.Open(
            JsonRpcRequest.Create("eth_subscribe", writer => writer.WriteStringValue("newHeads")), AnnouncedHeads);
        RecentHashes seen = new(RememberedHeads);
        long? lastHeard = null;
        Task<bool>? announced = subscription?.Reader.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            BlockHeader? head = null;
            if (announced is { IsCompleted: true })
            {
                bool isOpen = await IsOpenAsync(announced);
                head = isOpen ? ReadNewest(subscription!.Reader) : null;
                announced = isOpen ? subscription!.Reader.WaitToReadAsync(cancellationToken).AsTask() : null;
            }

            bool isAnnouncing = subscription is { IsLive: true } && lastHeard is { } last && clock.GetElapsedTime(last) < options.SilenceLimit;
            if (head is null && !isAnnouncing)
            {
                head = await eth.GetBlockAsync(BlockTag.Latest, cancellationToken);
            }

            if (head is not null)
            {
                lastHeard = clock.GetTimestamp();
                if (seen.Add(head.Hash))
                {
                    yield return head;
                }
            }

            Task interval = Task.Delay(options.PollInterval, clock, cancellationToken);
            await (announced is null ? interval : Task.WhenAny(announced, interval));
        }
    }

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

    private static BlockHeader? ReadNewest(ChannelReader<JsonElement> announced)
    {
        BlockHeader? newest = null;
        while (announced.TryRead(out JsonElement head))
        {
            newest = EthereumJson.Read(head, "newHeads", BlockHeader.Read);
        }

        return newest;
    }
}
