using Bundler.Ethereum.JsonRpc;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>Tells a trace that took too long from a node that is in trouble.</summary>
internal static class TraceFault
{
    // geth and its kin answer "execution timeout"; reth and anvil have words of their own around "timeout" and "timed out".
    private static readonly string[] TimeoutWords = ["timeout", "timed out", "deadline exceeded"];

    /// <exception cref="TraceTimeoutException">The node, or our patience with it, ran out of time.</exception>
    public static async Task<T> GuardAsync<T>(TimeSpan timeout, Func<Task<T>> trace)
    {
        try
        {
            return await trace();
        }
        catch (JsonRpcException refusal) when (IsTimeout(refusal.Error))
        {
            throw new TraceTimeoutException($"validation could not be traced within {timeout.TotalSeconds:0.#} s");
        }
        catch (TransportException silence) when (silence.Fault == TransportFault.Timeout)
        {
            throw new TraceTimeoutException($"validation could not be traced within {timeout.TotalSeconds:0.#} s");
        }
    }

    private static bool IsTimeout(JsonRpcError error) =>
        TimeoutWords.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
