namespace Bundler.Rpc.JsonRpc;

/// <summary>The open socket a call came over, for methods that tell their caller more later (subscriptions).</summary>
public interface IRpcConnection
{
    /// <summary>Which of the node's sockets it is, since the start.</summary>
    long Number { get; }

    /// <summary>Cancelled when the caller is gone.</summary>
    CancellationToken Closed { get; }

    /// <summary>Queues one whole JSON text; false if the caller reads too slowly, and then the connection is closing.</summary>
    bool TrySend(ReadOnlyMemory<byte> message);

    /// <summary>As <see cref="TrySend"/>, for what nobody asked for just now: false, and nothing happens, while only the room for answers is left.</summary>
    bool TryPush(ReadOnlyMemory<byte> message);

    /// <summary>Does something once the answer to the present call is queued: what is pushed then comes behind it.</summary>
    void AfterAnswer(Action next);
}
