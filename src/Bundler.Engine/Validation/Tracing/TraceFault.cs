using Bundler.Ethereum.JsonRpc;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>Tells a trace that takes too long, or is too large, from a node that is in trouble.</summary>
internal static class TraceFault
{
    // geth and its kin answer "execution timeout"; reth and anvil have words of their own around "timeout" and "timed out".
    private static readonly string[] TimeoutWords = ["timeout", "timed out", "deadline exceeded"];

    // geth's batches, reth, and what gateways say before any of them.
    private static readonly string[] SizeWords = ["response too large", "response is too big", "response size", "result too large"];

    // What gateways make of a node that is too busy, or has too much to say.
    private static readonly int[] HeavyStatuses = [413, 500, 502, 504];

    /// <param name="timeout">What the node is allowed.</param>
    /// <param name="clock">Its time.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="ask">Something that costs the node nothing: one that does not answer that either says nothing about the operation.</param>
    /// <exception cref="UntraceableException">The node, or our patience with it, ran out of time or space.</exception>
    /// <exception cref="TransportException">The node gave no answer to anything.</exception>
    public static async Task<T> GuardAsync<T>(TimeSpan timeout, TimeProvider clock, Func<Task<T>> trace, Func<Task> ask)
    {
        Task<T> running = trace();
        Task<bool> awake = IsAwakeAsync(running, timeout / 2, clock, ask);
        try
        {
            return await running;
        }
        catch (JsonRpcException refusal) when (IsOfItsTime(refusal.Error))
        {
            throw TooSlow(timeout);
        }
        catch (JsonRpcException refusal) when (IsOfItsSize(refusal.Error))
        {
            throw new UntraceableException("its trace is larger than the Ethereum node answers");
        }
        catch (TransportException large) when (large.Fault == TransportFault.TooLarge)
        {
            throw new UntraceableException($"its trace exceeds {large.Bound} bytes");
        }
        catch (TransportException silence) when (silence.Fault == TransportFault.Timeout)
        {
            bool wasAwake = await awake;
            await ask();
            throw TooSlow(timeout, isDoubtful: !wasAwake);
        }
        catch (TransportException broken) when (broken is { Fault: TransportFault.HttpStatus, StatusCode: { } status } && HeavyStatuses.Contains(status))
        {
            bool wasAwake = await awake;
            await ask();
            throw new UntraceableException($"it could not be traced (HTTP {status})", isDoubtful: !wasAwake);
        }
    }

    /// <summary>
    /// Whether the node answers something else while it has that trace before it, and not only when it is asked afterwards: one that stood still meanwhile may be
    /// in trouble of its own.
    /// </summary>
    private static async Task<bool> IsAwakeAsync(Task running, TimeSpan half, TimeProvider clock, Func<Task> ask)
    {
        if (await running.EndsWithinAsync(half, clock))
        {
            return true;
        }

        Task asked = ask();
        return await asked.EndsWithinAsync(half, clock) && asked.IsCompletedSuccessfully;
    }

    /// <summary>The node stopped at the limit that it was given, or at its own.</summary>
    public static bool IsOfItsTime(JsonRpcError error) => Says(error, TimeoutWords);

    /// <summary>The answer is there, and too large to be told.</summary>
    public static bool IsOfItsSize(JsonRpcError error) => error.Code == JsonRpcError.Oversized || Says(error, SizeWords);

    private static UntraceableException TooSlow(TimeSpan timeout, bool isDoubtful = false) =>
        new($"validation could not be traced within {timeout.TotalSeconds:0.#} s", isDoubtful);

    private static bool Says(JsonRpcError error, string[] words) =>
        words.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
