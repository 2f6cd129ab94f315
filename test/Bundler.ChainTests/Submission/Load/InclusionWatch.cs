using System.Collections.Concurrent;
using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Submission.Load;

/// <summary>When the chain announced each operation's event, by the clock of the test.</summary>
internal sealed class InclusionWatch : IAsyncDisposable
{
    private const int AnnouncedHeads = 64;

    private readonly WebSocketTransport _socket;
    private readonly EthClient _eth;
    private readonly Address _entryPoint;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Hash32, Inclusion> _included = [];
    private readonly Task _watching;

    public InclusionWatch(Uri webSocket, EthClient eth, Address entryPoint, Action<ulong>? onBlock = null)
    {
        _socket = new WebSocketTransport(new WebSocketTransportOptions { Url = webSocket }, TimeProvider.System);
        _socket.Start();
        _eth = eth;
        _entryPoint = entryPoint;
        _watching = WatchAsync(onBlock, _end.Token);
    }

    public IReadOnlyDictionary<Hash32, Inclusion> Included => _included;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_watching);
        await _socket.DisposeAsync();
        _end.Dispose();
    }

    private async Task WatchAsync(Action<ulong>? onBlock, CancellationToken cancellationToken)
    {
        using WebSocketSubscription heads = _socket.Subscriptions.Open(
            JsonRpcRequest.Create("eth_subscribe", writer => writer.WriteStringValue("newHeads")), AnnouncedHeads);
        ulong? next = null;
        await foreach (JsonElement announced in heads.Reader.ReadAllAsync(cancellationToken))
        {
            long at = TimeProvider.System.GetTimestamp();
            BlockHeader head = BlockHeader.Read(announced);
            IReadOnlyList<LogEntry> events = await _eth.GetLogsAsync(
                new LogFilter
                {
                    FromBlock = BlockTag.Number(next ?? head.Number),
                    ToBlock = BlockTag.Number(head.Number),
                    Addresses = [_entryPoint],
                    Topics = [[EntryPointEvents.UserOperationEvent.Topic]],
                },
                cancellationToken);
            next = head.Number + 1;
            foreach (LogEntry log in events)
            {
                UserOperationEventData data = UserOperationEventData.Decode(log.Topics, log.Data);
                _included.TryAdd(log.Topics[1], new Inclusion(at, log.TransactionHash, log.BlockNumber, data.Success));
            }

            onBlock?.Invoke(head.Number);
        }
    }
}

/// <summary>An operation in a block.</summary>
/// <param name="At">When the block was announced.</param>
internal sealed record Inclusion(long At, Hash32 Transaction, ulong Block, bool Success);
