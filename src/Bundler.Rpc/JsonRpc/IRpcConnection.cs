namespace Bundler.Rpc.JsonRpc;

/// <summary>The open socket a call came over, for methods that tell their caller more later (subscriptions).</summary>
public interface IRpcConnection
{
    /// <summary>Cancelled when the caller is gone.</summary>
    CancellationToken Closed { get; }

    /// <summary>Queues one whole JSON text; false if the caller reads too slowly, and then the connection is closing.</summary>
    bool TrySend(ReadOnlyMemory<byte> message);
}
