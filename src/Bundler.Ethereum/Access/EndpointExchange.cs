using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Access;

/// <summary>One exchange with one endpoint, and what is learnt of the endpoint from it.</summary>
internal sealed class EndpointExchange(Endpoint endpoint, EndpointPool pool, TimeProvider clock)
{
    private static readonly JsonRpcRequest BlockNumber = JsonRpcRequest.Create("eth_blockNumber");

    /// <exception cref="TransportException">No answer, or one of the past, or one that cannot be true.</exception>
    public async Task<IReadOnlyList<JsonRpcResponse>> AskAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        ulong newest = pool.NewestHead;
        try
        {
            bool showsHead = pool.MustShowHead(endpoint) && requests.Any(request => EndpointRouting.DependsOnHead(request.Method));
            IReadOnlyList<JsonRpcResponse> answers = showsHead
                ? await AskWithHeadAsync(requests, newest, cancellationToken)
                : await SendAsync(requests, cancellationToken);
            ThrowIfRateLimited(answers);
            ThrowIfUntrue(requests, answers);
            Learn(requests, answers, newest);
            endpoint.Health.Answered(clock.GetElapsedTime(start));
            endpoint.Health.Recovered();
            ChainAccessMetrics.Answered(endpoint.Name, clock.GetElapsedTime(start), requests.Count);
            return answers;
        }
        catch (TransportException fault)
        {
            // Behind by a block is no fault: another is asked, and the probes tell if it stays behind.
            if (fault.Fault is not (TransportFault.Behind or TransportFault.TooLarge))
            {
                endpoint.Health.Failed(fault);
            }

            throw;
        }
    }

    private async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count > 1)
        {
            return await endpoint.Transport.SendBatchAsync(requests, cancellationToken);
        }

        try
        {
            return [new JsonRpcResponse(await endpoint.Transport.SendAsync(requests[0], cancellationToken))];
        }
        catch (JsonRpcException refusal)
        {
            return [new JsonRpcResponse(refusal.Error)];
        }
    }

    /// <summary>The question for the newest block goes first: what is read after it is not older.</summary>
    private async Task<IReadOnlyList<JsonRpcResponse>> AskWithHeadAsync(
        IReadOnlyList<JsonRpcRequest> requests, ulong newest, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonRpcResponse> answers = await endpoint.Transport.SendBatchAsync([BlockNumber, .. requests], cancellationToken);
        ThrowIfRateLimited(answers);
        SawHead(BlockNumber, answers[0], newest);
        return [.. answers.Skip(1)];
    }

    private void ThrowIfRateLimited(IReadOnlyList<JsonRpcResponse> answers)
    {
        if (answers.FirstOrDefault(answer => answer.Error is { } error && AccessRefusal.KindOf(error) == AccessRefusalKind.RateLimited) is { } limited)
        {
            throw new TransportException(TransportFault.HttpStatus, $"{endpoint} {limited.Error!.Message}") { StatusCode = 429 };
        }
    }

    /// <summary>An answer that contradicts itself, or the question, is none: it is asked for again, elsewhere where there are several.</summary>
    private void ThrowIfUntrue(IReadOnlyList<JsonRpcRequest> requests, IReadOnlyList<JsonRpcResponse> answers)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            if (AnswerTruth.FindLie(requests[i], answers[i]) is { } lie)
            {
                ChainAccessMetrics.Lied(endpoint.Name, requests[i].Method);
                throw new TransportException(TransportFault.Malformed, $"{endpoint} tells what cannot be true ({requests[i].Method}): {lie}");
            }
        }
    }

    private void Learn(IReadOnlyList<JsonRpcRequest> requests, IReadOnlyList<JsonRpcResponse> answers, ulong newest)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            if (TellsHead(requests[i]) && answers[i].Error is null)
            {
                SawHead(requests[i], answers[i], newest);
            }
        }
    }

    private static bool TellsHead(JsonRpcRequest request) =>
        request.Method == "eth_blockNumber" || (request.Method == "eth_getBlockByNumber" && request.Params.Span.StartsWith("[\"latest\""u8));

    private void SawHead(JsonRpcRequest request, JsonRpcResponse answer, ulong newest)
    {
        ulong head = ReadHead(request, answer);
        endpoint.Health.Saw(head);
        if (!pool.IsSingle && head < newest)
        {
            throw new TransportException(TransportFault.Behind, $"{endpoint} knows block {head}, and {newest} is the newest");
        }
    }

    private ulong ReadHead(JsonRpcRequest request, JsonRpcResponse answer)
    {
        try
        {
            JsonElement result = answer.Result;
            return result.ValueKind == JsonValueKind.Object ? result.Required("number", EthereumJson.ReadUInt64) : EthereumJson.ReadUInt64(result);
        }
        catch (Exception fault) when (fault is JsonRpcException or CodecException)
        {
            throw new TransportException(TransportFault.Malformed, $"{endpoint} does not say its newest block ({request.Method}): {fault.Message}", fault);
        }
    }
}
