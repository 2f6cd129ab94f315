using System.Diagnostics;
using Bundler.Engine;
using Bundler.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bundler.Rpc.JsonRpc;

/// <summary>Runs one call to its answer: look-up, parameters, deadline, and the one place where exceptions become errors.</summary>
/// <param name="methods">All that there are.</param>
/// <param name="deadline">Of each call.</param>
/// <param name="stopping">The node ends and waits for nothing any more.</param>
/// <param name="logger">One line for each call.</param>
/// <param name="clock">Times the deadline.</param>
internal sealed class MethodRunner(MethodCatalog methods, TimeSpan deadline, CancellationToken stopping, ILogger logger, TimeProvider clock)
{
    private const string UnknownMethod = "(unknown)";

    // What callers can cause at will is written sampled, a bug of ours too: whoever found one can repeat it.
    private readonly LogSampler _samples = new(clock);

    /// <summary>Writes the answer, if the call wants one.</summary>
    /// <returns>Whether there is an answer.</returns>
    public async ValueTask<bool> AnswerAsync(RpcCall call, PooledBuffer output, IRpcConnection? connection, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        int start = output.Length;
        RpcMethod? method = call.Fault is null ? methods.Find(call.Method) : null;
        string name = method?.Name ?? UnknownMethod;
        RpcReply reply;
        using Activity? span = Stations.BeginRequest(name);
        using CancellationTokenSource timer = new(deadline, clock);
        try
        {
            reply = call.Fault is { } fault ? RpcReply.Failed(fault)
                : method is null ? RpcReply.Failed(RpcErrorCode.MethodNotFound, "the method does not exist or is not available")
                : await InvokeAsync(method, RpcParams.Read(call.Params, method.Parameters, connection), timer, cancellationToken);
            WriteUnlessNotification(call, reply, output);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            output.Truncate(start);
            reply = Explain(fault, name, timer.IsCancellationRequested);
            WriteUnlessNotification(call, reply, output);
        }

        if (span is not null && reply.Error is { } error)
        {
            span.SetStatus(ActivityStatusCode.Error, error.Message).SetTag(Stations.RefusalCode, error.Code);
        }

        Log(name, reply, started);
        return output.Length > start;
    }

    /// <summary>A method that does not heed its token is left alone after the deadline; its parameters own their memory.</summary>
    private async ValueTask<RpcReply> InvokeAsync(
        RpcMethod method, RpcParams parameters, CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping, cancellationToken);
        ValueTask<RpcReply> reply = method.InvokeAsync(parameters, either.Token);
        return reply.IsCompleted ? await reply : await reply.AsTask().WaitAsync(either.Token);
    }

    private static void WriteUnlessNotification(RpcCall call, RpcReply reply, PooledBuffer output)
    {
        if (!call.IsNotification)
        {
            ResponseJson.Write(output, call.Id, reply);
        }
    }

    private RpcReply Explain(Exception fault, string method, bool late)
    {
        string requestId = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        if (late && fault is OperationCanceledException)
        {
            if (_samples.Takes($"{nameof(RpcLog.TimedOut)} {method}", 0, out long leftOut))
            {
                logger.TimedOut(method, deadline.TotalSeconds, requestId, leftOut);
            }

            return FaultReply.TimedOut(deadline);
        }

        RpcReply reply = FaultReply.Of(fault, requestId);
        switch (reply.Error!.Code)
        {
            case RpcErrorCode.InternalError when _samples.Takes(KindOf(fault, method), 0, out long leftOut):
                logger.Faulted(fault, method, requestId, leftOut);
                break;
            case RpcErrorCode.Unavailable when _samples.Takes($"{nameof(RpcLog.Unavailable)} {method}", 0, out long leftOut):
                logger.Unavailable(method, FaultReply.NameOf(fault), requestId, leftOut);
                break;
            default:
                break;
        }

        return reply;
    }

    /// <summary>By where it was thrown: the texts of exceptions may differ each time.</summary>
    private static string KindOf(Exception fault, string method)
    {
        string stack = fault.StackTrace ?? "";
        int end = stack.IndexOf('\n', StringComparison.Ordinal);
        return $"{nameof(RpcLog.Faulted)} {method} {fault.GetType().Name} {(end < 0 ? stack : stack[..end])}";
    }

    private void Log(string method, RpcReply reply, long started)
    {
        double durationMs = clock.GetElapsedTime(started).TotalMilliseconds;
        if (reply.Error is not { } error)
        {
            logger.Answered(method, durationMs);
        }
        else if (_samples.Takes(method, error.Code, out long leftOut))
        {
            logger.Refused(method, error.Code, durationMs, leftOut);
        }
    }
}
