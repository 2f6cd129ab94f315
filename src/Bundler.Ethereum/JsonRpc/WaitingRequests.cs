namespace Bundler.Ethereum.JsonRpc;

/// <summary>One or several requests sent together, until the last of them is answered.</summary>
internal sealed class WaitingRequests(long firstId, int count, int bound, Action<JsonRpcResponse>? onAnswer)
{
    private readonly JsonRpcResponse[] _responses = new JsonRpcResponse[count];
    private readonly TaskCompletionSource<JsonRpcResponse[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answered;

    public long FirstId => firstId;

    public int Count => _responses.Length;

    /// <summary>The bytes that their answer may have, all in one message.</summary>
    public int Bound => bound;

    /// <summary>The answers in the order of the requests.</summary>
    public Task<JsonRpcResponse[]> Answered => _completion.Task;

    /// <summary>Called by the one who receives, before the next message is read.</summary>
    public void Accept(long id, JsonRpcResponse response)
    {
        _responses[id - firstId] = response;
        _answered++;
        onAnswer?.Invoke(response);
        if (_answered == _responses.Length)
        {
            _completion.TrySetResult(_responses);
        }
    }

    public void Fail(TransportException fault) => _completion.TrySetException(fault);
}
