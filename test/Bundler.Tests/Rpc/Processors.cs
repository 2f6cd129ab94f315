using System.Text;
using System.Text.Json;
using Bundler.Engine;
using Bundler.Rpc;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc;

/// <summary>A processor without a network, and the calls the tests make on it.</summary>
internal static class Processors
{
    public static JsonRpcProcessor With(params RpcMethod[] methods) => With(new RpcOptions(), methods);

    public static JsonRpcProcessor With(RpcOptions options, params RpcMethod[] methods) =>
        With(options, NullLogger<JsonRpcProcessor>.Instance, methods);

    public static JsonRpcProcessor With(RpcOptions options, ILogger<JsonRpcProcessor> logger, params RpcMethod[] methods) =>
        With(options, new Drain(), logger, methods);

    public static JsonRpcProcessor With(Drain drain, params RpcMethod[] methods) =>
        With(new RpcOptions(), drain, NullLogger<JsonRpcProcessor>.Instance, methods);

    private static JsonRpcProcessor With(RpcOptions options, Drain drain, ILogger<JsonRpcProcessor> logger, RpcMethod[] methods)
    {
        IOptions<RpcOptions> wrapped = Options.Create(options);
        return new JsonRpcProcessor(new MethodCatalog(methods, new NamespaceGate(wrapped)), drain, wrapped, logger, TimeProvider.System);
    }

    /// <summary>The answer as text; empty when there is none.</summary>
    public static Task<string> AskAsync(this JsonRpcProcessor processor, string body, CancellationToken cancellationToken = default) =>
        processor.AskAsync(Encoding.UTF8.GetBytes(body), cancellationToken);

    public static async Task<string> AskAsync(this JsonRpcProcessor processor, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        using PooledBuffer answer = new();
        bool any = await processor.ProcessAsync(body, answer, connection: null, cancellationToken);
        Assert.That(any, Is.EqualTo(answer.Length > 0));
        return Encoding.UTF8.GetString(answer.WrittenSpan);
    }

    public static int? CodeOf(string answer)
    {
        JsonElement json = JsonElement.Parse(answer);
        return json.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : null;
    }

    public static string MessageOf(string answer) => JsonElement.Parse(answer).GetProperty("error").GetProperty("message").GetString()!;

    public static string IdOf(string answer) => JsonElement.Parse(answer).GetProperty("id").GetRawText();
}
