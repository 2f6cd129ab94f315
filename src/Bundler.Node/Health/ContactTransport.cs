using System.Text.Json;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Node.Health;

/// <summary>Notes in <see cref="NodeContact"/> whether the Ethereum node speaks; a refusal is an answer too.</summary>
internal sealed class ContactTransport(IJsonRpcTransport next, NodeContact contact, TimeProvider clock) : IJsonRpcTransport
{
    public Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        NoteAsync(next.SendAsync(request, cancellationToken));

    public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
        NoteAsync(next.SendBatchAsync(requests, cancellationToken));

    private async Task<T> NoteAsync<T>(Task<T> sent)
    {
        try
        {
            T answer = await sent;
            contact.Answered(clock.GetUtcNow());
            return answer;
        }
        catch (JsonRpcException)
        {
            contact.Answered(clock.GetUtcNow());
            throw;
        }
        catch (TransportException fault)
        {
            contact.Failed(fault.Message);
            throw;
        }
    }
}
