using System.Buffers;
using System.IO.Pipelines;
using Bundler.Engine;
using Bundler.Paymaster.Keys;
using Bundler.Rpc.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.JsonRpc;

/// <summary>POST / and /rpc: the body's limit, the processor, the answer. The status is 200 for whatever JSON-RPC has words for.</summary>
internal sealed class JsonRpcEndpoint(JsonRpcProcessor processor, CorsOrigins origins, IOptions<RpcOptions> options)
{
    private readonly int _maxBodyBytes = options.Value.MaxBodyBytes;

    public async Task HandleAsync(HttpContext http)
    {
        origins.Apply(http);
        using PooledBuffer answer = new();
        try
        {
            http.Response.StatusCode = await AnswerAsync(http, answer);
            await SendAsync(http.Response, answer, http.RequestAborted);
        }
        catch (BadHttpRequestException malformed)
        {
            answer.Truncate(0);
            http.Response.StatusCode = malformed.StatusCode;
            JsonRpcProcessor.Refuse(answer, new RpcError(RpcErrorCode.ParseError, "the body did not arrive as HTTP wants it"));
            await SendAsync(http.Response, answer, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private async ValueTask<int> AnswerAsync(HttpContext http, PooledBuffer answer)
    {
        using PooledBuffer body = new();
        if (!await TryReadAsync(http, body))
        {
            JsonRpcProcessor.Refuse(answer, new RpcError(RpcErrorCode.InvalidRequest, $"the body exceeds {_maxBodyBytes} bytes"));
            return StatusCodes.Status413PayloadTooLarge;
        }

        Caller.Current = new Caller(http.Connection.RemoteIpAddress, http.Connection.Id);
        PresentedKey.Current = KeyPath.Read(http);
        return await processor.ProcessAsync(body.WrittenMemory, answer, connection: null, http.RequestAborted)
            ? StatusCodes.Status200OK
            : StatusCodes.Status204NoContent;
    }

    /// <summary>False if the body is too long: known from its header, or after having read as much.</summary>
    private async ValueTask<bool> TryReadAsync(HttpContext http, PooledBuffer body)
    {
        if (http.Request.ContentLength > _maxBodyBytes)
        {
            return false;
        }

        PipeReader reader = http.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length + body.Length > _maxBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return false;
            }

            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return true;
            }
        }
    }

    private static async Task SendAsync(HttpResponse response, PooledBuffer answer, CancellationToken cancellationToken)
    {
        if (answer.Length > 0)
        {
            response.ContentType = "application/json";
            response.ContentLength = answer.Length;
            await response.BodyWriter.WriteAsync(answer.WrittenMemory, cancellationToken);
        }
    }
}
