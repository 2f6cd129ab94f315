using System.Diagnostics;
using Bundler.Engine.Pool;
using Bundler.Erc4337;

namespace Bundler.Engine.Telemetry;

/// <summary>
/// The way of an operation as spans, one for each station. What a request does is under the request's span; what happens later, to a bundle or to a
/// block, is written under the span that admitted the operation, one for each operation that it happens to. Without a listener all of it is a look
/// at one field.
/// </summary>
public static class Stations
{
    /// <summary>The name under which listeners find the spans.</summary>
    public const string SourceName = "Bundler";

    public const string Rpc = "rpc";
    public const string Admission = "admission";
    public const string Facts = "facts";
    public const string Trace = "trace";
    public const string Judge = "judge";
    public const string Store = "store";
    public const string SecondValidation = "second_validation";
    public const string ThirdValidation = "third_validation";
    public const string Take = "take";
    public const string Sign = "sign";
    public const string Send = "send";
    public const string Included = "included";
    public const string Dropped = "dropped";
    public const string Replaced = "replaced";

    /// <summary>The operation's hash, as the RPC writes it.</summary>
    public const string UserOpHash = "userop.hash";

    public const string EntryPointVersion = "userop.entrypoint";

    /// <summary>The JSON-RPC error code of a refusal.</summary>
    public const string RefusalCode = "rpc.jsonrpc.error_code";

    /// <summary>The ERC-7562 rule that a refusal stands on.</summary>
    public const string RuleId = "erc7562.rule";

    public const string BundleId = "bundle.id";

    public const string TransactionHash = "transaction.hash";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>A station under whatever is under way; <c>null</c> when nobody listens. To be disposed of at its end.</summary>
    public static Activity? Begin(string station) => _source.StartActivity(station);

    /// <summary>A station of a request, the root where no other span carries it.</summary>
    public static Activity? BeginRequest(string method)
    {
        Activity? span = _source.StartActivity(Rpc, ActivityKind.Server);
        span?.SetTag("rpc.system", "jsonrpc").SetTag("rpc.method", method);
        return span;
    }

    /// <summary>Why the operation goes no further.</summary>
    public static void Refused(this Activity? span, Rejection rejection)
    {
        if (span is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, rejection.Message).SetTag(RefusalCode, rejection.Code);
            if (rejection is Rejection.RuleViolated broken)
            {
                span.SetTag(RuleId, broken.Violation.Rule);
            }
        }
    }

    /// <summary>What an admitted operation remembers of the span that admitted it; nothing when that is not recorded.</summary>
    public static ActivityContext Current => Activity.Current is { Recorded: true } span ? span.Context : default;

    /// <summary>Now, for <see cref="Record(string, MempoolEntry, long, ReadOnlySpan{KeyValuePair{string, object?}})"/>.</summary>
    public static long Now => _source.HasListeners() ? TimeProvider.System.GetTimestamp() : 0;

    /// <summary>A station that an operation has passed since then, under the span that admitted it.</summary>
    /// <param name="station">One of the names above.</param>
    /// <param name="entry">The operation; one that no recorded span admitted leaves nothing.</param>
    /// <param name="since">A <see cref="Now"/>; 0 for what has no duration.</param>
    /// <param name="tags">What is known of it besides the operation.</param>
    public static void Record(string station, MempoolEntry entry, long since, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (entry.AdmittedBy == default || !_source.HasListeners())
        {
            return;
        }

        using Activity? span = _source.StartActivity(station, ActivityKind.Internal, entry.AdmittedBy);
        if (span is null)
        {
            return;
        }

        if (since != 0)
        {
            span.SetStartTime(span.StartTimeUtc - TimeProvider.System.GetElapsedTime(since));
        }

        span.SetTag(UserOpHash, entry.UserOpHash.ToString());
        foreach ((string name, object? value) in tags)
        {
            span.SetTag(name, value);
        }
    }

    /// <summary>A station that several operations have passed together.</summary>
    public static void Record(string station, IReadOnlyList<MempoolEntry> entries, long since, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_source.HasListeners())
        {
            foreach (MempoolEntry entry in entries)
            {
                Record(station, entry, since, tags);
            }
        }
    }

    /// <summary>The end of an operation's way.</summary>
    public static void Ended(MempoolEntry entry, OperationStatusRecord end)
    {
        string? station = end.State switch
        {
            OperationState.Included => Included,
            OperationState.Dropped => Dropped,
            OperationState.Replaced => Replaced,
            _ => null,
        };
        if (station is not null)
        {
            Record(station, entry, 0, new("reason", end.Reason), new(TransactionHash, end.TransactionHash?.ToString()));
        }
    }

    /// <summary>As the store keeps it (W3C traceparent); <c>null</c> for none.</summary>
    internal static string? ToText(ActivityContext context) => context == default ? null : $"00-{context.TraceId}-{context.SpanId}-{(int)context.TraceFlags:x2}";

    internal static ActivityContext FromText(string? text) => ActivityContext.TryParse(text, null, isRemote: true, out ActivityContext context) ? context : default;
}
