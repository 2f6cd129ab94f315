using System.Text.Json;
using Bundler.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.JsonRpc;

/// <summary>JSON-RPC 2.0 from bytes to bytes, one request or a batch; HTTP and WebSocket are two ways to it.</summary>
public sealed class JsonRpcProcessor(MethodCatalog methods, Drain drain, IOptions<RpcOptions> options, ILogger<JsonRpcProcessor> logger, TimeProvider clock)
{
    private readonly RpcOptions _options = options.Value;
    private readonly MethodRunner _runner = new(methods, TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds), drain.Over, logger, clock);
    private readonly LogSampler _samples = new(clock);
    private int _inWork;

    /// <summary>Answers one body or message.</summary>
    /// <param name="body">JSON text from a stranger; not used after the call.</param>
    /// <param name="output">Gets the answer.</param>
    /// <param name="connection">The caller's socket; null over HTTP.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <returns>False if there is nothing to answer: only notifications.</returns>
    public async ValueTask<bool> ProcessAsync(
        ReadOnlyMemory<byte> body, PooledBuffer output, IRpcConnection? connection, CancellationToken cancellationToken)
    {
        drain.Enter();
        try
        {
            if (Interlocked.Increment(ref _inWork) > _options.MaxConcurrentRequests)
            {
                if (_samples.Takes(nameof(RpcLog.Overloaded), 0, out long leftOut))
                {
                    logger.Overloaded(_options.MaxConcurrentRequests, leftOut);
                }

                return Refuse(output, new RpcError(RpcErrorCode.LimitExceeded, "too many requests at once, try again"));
            }

            RequestBody request = RequestBody.Read(body.Span, _options.MaxDepth);
            if (request.Fault is { } fault)
            {
                logger.RefusedBody(body.Length, fault.Code);
                return Refuse(output, fault);
            }

            return request.Json.ValueKind == JsonValueKind.Array
                ? await AnswerBatchAsync(request, output, connection, cancellationToken)
                : await _runner.AnswerAsync(RpcCall.Read(request.Json, request.RepeatsKeys), output, connection, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inWork);
            drain.Leave();
        }
    }

    /// <summary>The answer to something that is not a request at all.</summary>
    internal static bool Refuse(PooledBuffer output, RpcError fault)
    {
        ResponseJson.Write(output, default, RpcReply.Failed(fault));
        return true;
    }

    private async ValueTask<bool> AnswerBatchAsync(
        RequestBody batch, PooledBuffer output, IRpcConnection? connection, CancellationToken cancellationToken)
    {
        int count = batch.Json.GetArrayLength();
        if (count == 0)
        {
            return Refuse(output, new RpcError(RpcErrorCode.InvalidRequest, "a batch must not be empty"));
        }

        if (count > _options.MaxBatch)
        {
            return Refuse(output, new RpcError(RpcErrorCode.InvalidRequest, $"a batch has at most {_options.MaxBatch} requests"));
        }

        BatchAnswer answer = new(count);
        try
        {
            ParallelOptions bound = new() { MaxDegreeOfParallelism = _options.MaxBatchConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, count, bound, async (index, aborted) =>
            {
                RpcCall call = RpcCall.Read(batch.Json[index], batch.RepeatsKeys);
                await _runner.AnswerAsync(call, answer[index], connection, aborted);
            });
            return answer.WriteTo(output);
        }
        finally
        {
            answer.Dispose();
        }
    }
}
