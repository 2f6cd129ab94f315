namespace Bundler.Ethereum.JsonRpc;

/// <summary>
/// Single requests in place of a batch that the node refuses. One that is lost does not spoil the others: what was answered is kept, and only the
/// rest is sent again for as long as answers come. Where nothing is answered at all the node is down, which is the caller's to wait for.
/// </summary>
internal sealed class SinglesInsteadOfBatch(
    Func<JsonRpcRequest, CancellationToken, Task<JsonRpcResponse>> send, int inFlight, RetryOptions retry, TimeProvider clock)
{
    /// <exception cref="TransportException">Some got no answer.</exception>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        JsonRpcResponse?[] answers = new JsonRpcResponse?[requests.Count];
        int[] open = [.. Enumerable.Range(0, answers.Length)];
        int inVain = 0;
        while (true)
        {
            TransportException?[] faults = await AskAsync(requests, open, answers, cancellationToken);
            int[] left = [.. open.Where(i => answers[i] is null)];
            if (left.Length == 0)
            {
                return answers!;
            }

            TransportException fault = faults.FirstOrDefault(each => each is { IsTransient: false }) ?? faults.First(each => each is not null)!;
            inVain = left.Length < open.Length ? 0 : inVain + 1;
            if (left.Length == requests.Count || inVain >= retry.MaxAttempts || !fault.IsTransient || !left.All(i => requests[i].IsRepeatable))
            {
                throw fault;
            }

            open = left;
            await Task.Delay(Backoff.Before(inVain + 1, retry, fault), clock, cancellationToken);
        }
    }

    private async Task<TransportException?[]> AskAsync(
        IReadOnlyList<JsonRpcRequest> requests, int[] open, JsonRpcResponse?[] answers, CancellationToken cancellationToken)
    {
        TransportException?[] faults = new TransportException?[requests.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(open, options, async (i, token) =>
        {
            try
            {
                answers[i] = await send(requests[i], token);
            }
            catch (TransportException fault)
            {
                faults[i] = fault;
            }
        });
        return faults;
    }
}
