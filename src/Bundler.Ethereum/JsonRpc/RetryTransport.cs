using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Sends a call again when the node gave no answer, if doing it twice is the same as once.</summary>
public sealed class RetryTransport(IJsonRpcTransport next, RetryOptions options, TimeProvider clock) : IJsonRpcTransport
{
    public Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        RepeatAsync(IsIdempotent(request), () => next.SendAsync(request, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
        RepeatAsync(requests.All(IsIdempotent), () => next.SendBatchAsync(requests, cancellationToken), cancellationToken);

    // eth_sendRawTransaction, eth_sendRawTransactionConditional, eth_sendBundle, mev_sendBundle, …: whatever sends, and what opens a subscription.
    private static bool IsIdempotent(JsonRpcRequest request)
    {
        ReadOnlySpan<char> verb = request.Method.AsSpan(request.Method.IndexOf('_') + 1);
        return !verb.StartsWith("send", StringComparison.Ordinal) && !verb.StartsWith("subscribe", StringComparison.Ordinal);
    }

    private async Task<T> RepeatAsync<T>(bool idempotent, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await send();
            }
            catch (TransportException fault) when (idempotent && fault.IsTransient && attempt < options.MaxAttempts)
            {
                await Task.Delay(Backoff.After(attempt, options.FirstDelay, options.MaxDelay), clock, cancellationToken);
            }
        }
    }
}
