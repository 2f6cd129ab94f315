using Bundler.Ethereum.JsonRpc;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>Tells a trace that took too long from a node that is in trouble.</summary>
internal static class TraceFault
{
    // geth and its kin answer "execution timeout"; reth and anvil have words of their own around "timeout" and "timed out".
    private static readonly string[] TimeoutWords = ["timeout", "timed out", "deadline exceeded"];

    /// <param name="timeout">What the node is allowed.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="ask">Something that costs the node nothing: one that does not answer that either says nothing about the operation.</param>
    /// <exception cref="TraceTimeoutException">The node, or our patience with it, ran out of time.</exception>
    /// <exception cref="TransportException">The node gave no answer to anything.</exception>
    public static async Task<T> GuardAsync<T>(TimeSpan timeout, Func<Task<T>> trace, Func<Task> ask)
    {
        try
        {
            return await trace();
        }
        catch (JsonRpcException refusal) when (IsTimeout(refusal.Error))
        {
            throw TooSlow(timeout);
        }
        catch (TransportException silence) when (silence.Fault == TransportFault.Timeout)
        {
            await ask();
            throw TooSlow(timeout);
        }
    }

    private static TraceTimeoutException TooSlow(TimeSpan timeout) => new($"validation could not be traced within {timeout.TotalSeconds:0.#} s");

    private static bool IsTimeout(JsonRpcError error) =>
        TimeoutWords.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
