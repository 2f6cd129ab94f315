using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing.Telemetry;

/// <summary>A span as a node has sent it.</summary>
public sealed record ReceivedSpan(
    string TraceId, string SpanId, string ParentId, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Attributes, bool IsError);

/// <summary>A log line as a node has sent it.</summary>
public sealed record ReceivedLog(string TraceId, string SpanId, string Body);

/// <summary>An OpenTelemetry collector that remembers what it gets: OTLP over HTTP, as Protocol Buffers.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = [];
    private readonly ConcurrentQueue<ReceivedLog> _logs = [];
    private readonly ConcurrentDictionary<string, bool> _metrics = [];
    private int _requests;

    private OtlpReceiver() => _server = new LoopbackServer(ServeAsync);

    public Uri Url => _server.Url;

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    public IReadOnlyList<ReceivedLog> Logs => [.. _logs];

    /// <summary>The names of all metrics that came.</summary>
    public IReadOnlyCollection<string> Metrics => [.. _metrics.Keys];

    /// <summary>How often anything was sent at all.</summary>
    public int Requests => _requests;

    public static async Task<OtlpReceiver> StartAsync()
    {
        OtlpReceiver receiver = new();
        await receiver._server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        ReadResources(context.Request.Path.Value!, body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    // resource_spans, resource_metrics and resource_logs are field 1; scope_… is field 2 of them, and the records are field 2 of those.
    private void ReadResources(string path, ReadOnlySpan<byte> request)
    {
        ProtobufReader resources = new(request);
        while (resources.Next())
        {
            ProtobufReader scopes = new(resources.Content);
            while (scopes.Next())
            {
                ProtobufReader records = new(scopes.Field == 2 ? scopes.Content : default);
                while (records.Next())
                {
                    if (records.Field == 2)
                    {
                        Read(path, records.Content);
                    }
                }
            }
        }
    }

    private void Read(string path, ReadOnlySpan<byte> record)
    {
        switch (path)
        {
            case "/v1/traces":
                _spans.Enqueue(ReadSpan(record));
                break;
            case "/v1/logs":
                _logs.Enqueue(ReadLog(record));
                break;
            default:
                _metrics[ReadMetric(record)] = true;
                break;
        }
    }

    private static ReceivedSpan ReadSpan(ReadOnlySpan<byte> span)
    {
        string trace = "", id = "", parent = "", name = "";
        ulong start = 0, end = 0;
        bool isError = false;
        Dictionary<string, string> attributes = [];
        ProtobufReader fields = new(span);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: trace = fields.Hex; break;
                case 2: id = fields.Hex; break;
                case 4: parent = fields.Hex; break;
                case 5: name = fields.Text; break;
                case 7: start = fields.Number; break;
                case 8: end = fields.Number; break;
                case 9: ReadAttribute(fields.Content, attributes); break;
                case 15: isError = Status(fields.Content) == 2; break;
                default: break;
            }
        }

        return new ReceivedSpan(trace, id, parent, name, start, end, attributes, isError);
    }

    private static ReceivedLog ReadLog(ReadOnlySpan<byte> log)
    {
        string trace = "", span = "", body = "";
        ProtobufReader fields = new(log);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 5: body = Value(fields.Content); break;
                case 9: trace = fields.Hex; break;
                case 10: span = fields.Hex; break;
                default: break;
            }
        }

        return new ReceivedLog(trace, span, body);
    }

    private static string ReadMetric(ReadOnlySpan<byte> metric)
    {
        ProtobufReader fields = new(metric);
        return fields.Next() && fields.Field == 1 ? fields.Text : "";
    }

    private static void ReadAttribute(ReadOnlySpan<byte> attribute, Dictionary<string, string> attributes)
    {
        string key = "", value = "";
        ProtobufReader fields = new(attribute);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                key = fields.Text;
            }
            else
            {
                value = Value(fields.Content);
            }
        }

        attributes[key] = value;
    }

    private static string Value(ReadOnlySpan<byte> value)
    {
        ProtobufReader fields = new(value);
        return !fields.Next() ? "" : fields.Field == 1 ? fields.Text : $"{(long)fields.Number}";
    }

    private static ulong Status(ReadOnlySpan<byte> status)
    {
        ulong code = 0;
        ProtobufReader fields = new(status);
        while (fields.Next())
        {
            code = fields.Field == 3 ? fields.Number : code;
        }

        return code;
    }
}
