using System.Text.Json;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>
/// Identical reads become one: those that are asked while another is under way get its answer, and what names its block is remembered until
/// the next head. Errors and absent things are never remembered.
/// </summary>
public sealed class CoalescingTransport(IJsonRpcTransport next, EndpointPool pool) : IJsonRpcTransport
{
    private const int MaxRemembered = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ReadKey, SharedRead> _underWay = [];
    private readonly Dictionary<ReadKey, JsonElement> _remembered = [];
    private long _rememberedHead;

    public async Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        if (!ReadKey.MayShare(request.Method))
        {
            return await next.SendAsync(request, cancellationToken);
        }

        ReadKey key = new(request, pool.HeadsTold);
        bool isBound = ReadKey.IsBoundToBlock(request);
        if (isBound && Recall(key) is { } remembered)
        {
            return remembered;
        }

        JsonElement answer = await Join(key, request).WaitAsync(cancellationToken);
        if (isBound)
        {
            Remember(key, answer);
        }

        return answer;
    }

    /// <summary>Only what is remembered is left out of a batch: the rest goes together, as it was put together.</summary>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        long head = pool.HeadsTold;
        JsonRpcResponse?[] answers = new JsonRpcResponse?[requests.Count];
        List<int> asked = [];
        for (int i = 0; i < requests.Count; i++)
        {
            answers[i] = ReadKey.IsBoundToBlock(requests[i]) && Recall(new ReadKey(requests[i], head)) is { } known ? new JsonRpcResponse(known) : null;
            if (answers[i] is null)
            {
                asked.Add(i);
            }
        }

        IReadOnlyList<JsonRpcResponse> told = await next.SendBatchAsync(asked.ConvertAll(i => requests[i]), cancellationToken);
        for (int k = 0; k < asked.Count; k++)
        {
            answers[asked[k]] = told[k];
            if (told[k].Error is null && ReadKey.IsBoundToBlock(requests[asked[k]]))
            {
                Remember(new ReadKey(requests[asked[k]], head), told[k].Result);
            }
        }

        return answers!;
    }

    private SharedRead Join(ReadKey key, JsonRpcRequest request)
    {
        lock (_lock)
        {
            if (_underWay.TryGetValue(key, out SharedRead? shared) && shared.TryJoin())
            {
                ChainAccessMetrics.SharedRead();
                return shared;
            }

            SharedRead started = new(token => AskAsync(key, request, token));
            started.TryJoin();
            _underWay[key] = started;
            return started;
        }
    }

    private async Task<JsonElement> AskAsync(ReadKey key, JsonRpcRequest request, CancellationToken cancellationToken)
    {
        // Returns to the caller before anything is sent: it holds the lock.
        await Task.Yield();
        try
        {
            return await next.SendAsync(request, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _underWay.Remove(key);
            }
        }
    }

    private JsonElement? Recall(ReadKey key)
    {
        lock (_lock)
        {
            if (!_remembered.TryGetValue(key, out JsonElement answer))
            {
                return null;
            }

            ChainAccessMetrics.SharedRead();
            return answer;
        }
    }

    private void Remember(ReadKey key, JsonElement answer)
    {
        if (answer.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        lock (_lock)
        {
            if (_rememberedHead != pool.HeadsTold)
            {
                _rememberedHead = pool.HeadsTold;
                _remembered.Clear();
            }

            if (_remembered.Count < MaxRemembered)
            {
                _remembered[key] = answer;
            }
        }
    }
}
