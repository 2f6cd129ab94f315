using System.Collections.Concurrent;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Submission.Load;

/// <summary>Reads the Ethereum node's pool as everybody can, and strikes as soon as a bundle of the node's carries an operation that it lies in wait for.</summary>
internal sealed class Ambush : IAsyncDisposable
{
    private const int AnnouncedTransactions = 256;

    private readonly LoadRig _rig;
    private readonly WebSocketTransport _socket;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Address, Func<UserOperation, Task>> _strikes = [];
    private readonly Task _watching;

    public Ambush(LoadRig rig)
    {
        _rig = rig;
        _socket = new WebSocketTransport(new WebSocketTransportOptions { Url = rig.Anvil.WebSocketUrl }, TimeProvider.System);
        _socket.Start();
        _watching = WatchAsync(_end.Token);
    }

    /// <summary>To be done, once, when a bundle has an operation of this sender.</summary>
    public void Lay(Address sender, Func<UserOperation, Task> strike) => _strikes[sender] = strike;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_watching);
        await _socket.DisposeAsync();
        _end.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using WebSocketSubscription pending = _socket.Subscriptions.Open(
            JsonRpcRequest.Create("eth_subscribe", writer => writer.WriteStringValue("newPendingTransactions")), AnnouncedTransactions);
        await foreach (JsonElement hash in pending.Reader.ReadAllAsync(cancellationToken))
        {
            JsonElement transaction = await _rig.Anvil.RpcAsync("eth_getTransactionByHash", hash.GetString());
            if (transaction.ValueKind != JsonValueKind.Object || Address.Parse(transaction.GetProperty("from").GetString()!) != LoadRig.Signer)
            {
                continue;
            }

            foreach (UserOperation operation in LoadRig.EntryPoint.Bundles.DecodeOperations(Bytes.Parse(transaction.GetProperty("input").GetString()!)) ?? [])
            {
                if (_strikes.TryRemove(operation.Sender, out Func<UserOperation, Task>? strike))
                {
                    await strike(operation);
                }
            }
        }
    }
}
