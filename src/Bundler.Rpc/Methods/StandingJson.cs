using System.Globalization;
using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods;

/// <summary>The words and forms in which bundler_ methods tell where an operation stands.</summary>
internal static class StandingJson
{
    /// <summary>The words of <see cref="Word"/>, in the order of a life.</summary>
    public static JsonSchema Words { get; } = JsonSchema.OneOfTexts([.. Enum.GetValues<OperationState>().Select(Word)]);

    /// <summary>received, pending, bundled, included, final, dropped, replaced.</summary>
    public static string Word(OperationState state) => state switch
    {
        OperationState.Received => "received",
        OperationState.Pending => "pending",
        OperationState.Bundled => "bundled",
        OperationState.Included => "included",
        OperationState.Final => "final",
        OperationState.Dropped => "dropped",
        _ => "replaced",
    };

    /// <summary>A moment as RFC 3339 in UTC, to the millisecond.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>The operation's JSON from wherever it is known; null where a nested call hides it.</summary>
    public static void WriteOperation(Utf8JsonWriter writer, OperationStanding standing)
    {
        if (standing.Pending is { } entry)
        {
            entry.EntryPoint.Operations.Write(writer, entry.Operation);
        }
        else if (standing.Included?.OperationJson is { } json)
        {
            writer.WriteRawValue(json.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
