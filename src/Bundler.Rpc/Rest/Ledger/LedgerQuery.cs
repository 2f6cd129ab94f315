using System.Globalization;
using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;
using Microsoft.AspNetCore.Http;

namespace Bundler.Rpc.Rest.Ledger;

/// <summary>Reads the queries of the ledger's routes: <c>from</c>, <c>until</c>, <c>signer</c>, <c>entryPoint</c>, <c>limit</c>, <c>cursor</c>.</summary>
internal static class LedgerQuery
{
    public const int MaxLimit = 1_000;
    private const int DefaultLimit = 100;

    /// <summary>Of the routes that list bundles.</summary>
    public static readonly string[] Parameters = ["from", "until", "signer", "entryPoint", "limit", "cursor"];

    /// <exception cref="QueryException">A parameter is malformed.</exception>
    public static LedgerFilter Filter(HttpRequest request) => new()
    {
        From = Moment(request, "from"),
        Until = Moment(request, "until"),
        Signer = Address(request, "signer"),
        EntryPoint = Address(request, "entryPoint"),
        After = OperatorRoute.Text(request, "cursor") is { } cursor ? Place(cursor) : null,
    };

    public static int Limit(HttpRequest request) =>
        OperatorRoute.Text(request, "limit") is not { } text ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is > 0 and <= MaxLimit ? limit
        : throw new QueryException("limit", $"a number from 1 to {MaxLimit}");

    /// <summary>A whole day (UTC), for totals.</summary>
    public static DateOnly? Day(HttpRequest request, string name) =>
        OperatorRoute.Text(request, name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day
        : throw new QueryException(name, "a day as 2026-01-31");

    /// <summary>A hash in the route.</summary>
    public static Hash32 Hash(HttpRequest request, string name)
    {
        try
        {
            return Hash32.Parse((string?)request.RouteValues[name] ?? "");
        }
        catch (CodecException)
        {
            throw new QueryException(name, "a hash of 32 bytes in hex");
        }
    }

    /// <summary>Where a page ends, as the next one's <c>cursor</c>.</summary>
    public static string Cursor(LedgerEntry last) => string.Create(CultureInfo.InvariantCulture, $"{last.BlockNumber}-{last.TransactionIndex}");

    private static DateTimeOffset? Moment(HttpRequest request, string name)
    {
        if (OperatorRoute.Text(request, name) is not { } text)
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset moment) ? moment
            : throw new QueryException(name, "a day (2026-01-31), a moment (2026-01-31T12:00:00Z) or Unix seconds");
    }

    private static Address? Address(HttpRequest request, string name)
    {
        if (OperatorRoute.Text(request, name) is not { } text)
        {
            return null;
        }

        try
        {
            return Ethereum.Primitives.Address.Parse(text);
        }
        catch (CodecException)
        {
            throw new QueryException(name, "an address");
        }
    }

    private static LedgerPlace Place(string cursor)
    {
        string[] parts = cursor.Split('-');
        return parts.Length == 2
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong block)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong index)
            && block <= long.MaxValue && index <= long.MaxValue
                ? new LedgerPlace(block, index)
                : throw new QueryException("cursor", "the nextCursor of a page");
    }
}
