namespace Bundler.Ethereum.JsonRpc;

/// <summary>A batch whose answers are too large together is sent again by halves; one that is too large by itself fails alone.</summary>
internal static class BatchInParts
{
    public static async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(
        IReadOnlyList<JsonRpcRequest> requests, Func<IReadOnlyList<JsonRpcRequest>, Task<IReadOnlyList<JsonRpcResponse>>> send)
    {
        try
        {
            return await send(requests);
        }
        catch (TransportException large) when (large.Fault == TransportFault.TooLarge)
        {
            if (requests.Count == 1)
            {
                return [new JsonRpcResponse(new JsonRpcError(JsonRpcError.Oversized, large.Message))];
            }
        }

        int half = requests.Count / 2;
        IReadOnlyList<JsonRpcResponse> first = await SendAsync([.. requests.Take(half)], send);
        return [.. first, .. await SendAsync([.. requests.Skip(half)], send)];
    }
}
