using System.Text;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest.Ledger;

/// <summary>
/// GET /ledger/bundles (also as CSV), /ledger/bundles/{transactionHash}, /ledger/operations/{userOpHash}, /ledger/totals: what our
/// transactions cost and brought. For operators only.
/// </summary>
internal sealed class LedgerRoutes(ILedgerStore ledger, IOperationHistoryStore history, IMempoolStore statuses)
{
    private const string Csv = "text/csv";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOperatorGet("/ledger/bundles", http => WantsCsv(http.Request) ? SendCsvAsync(http) : SendPageAsync(http), LedgerQuery.Parameters);
        endpoints.MapOperatorGet("/ledger/bundles.csv", SendCsvAsync, LedgerQuery.Parameters);
        endpoints.MapOperatorGet("/ledger/bundles/{transactionHash}", SendBundleAsync);
        endpoints.MapOperatorGet("/ledger/operations/{userOpHash}", SendOperationAsync);
        endpoints.MapOperatorGet("/ledger/totals", SendTotalsAsync, "from", "until");
    }

    private static bool WantsCsv(HttpRequest request) =>
        request.GetTypedHeaders().Accept is [{ } first, ..] && first.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase);

    private async Task SendPageAsync(HttpContext http)
    {
        int limit = LedgerQuery.Limit(http.Request);
        IReadOnlyList<LedgerEntry> page = await ledger.ReadAsync(LedgerQuery.Filter(http.Request), limit, http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("bundles"u8);
            foreach (LedgerEntry entry in page)
            {
                LedgerJson.WriteEntry(writer, entry);
            }

            writer.WriteEndArray();
            writer.WriteString("nextCursor"u8, page.Count == limit ? LedgerQuery.Cursor(page[^1]) : null);
            writer.WriteEndObject();
        });
    }

    /// <summary>All that the filter lets through, page by page: memory holds one page however long the ledger is.</summary>
    private async Task SendCsvAsync(HttpContext http)
    {
        LedgerFilter filter = LedgerQuery.Filter(http.Request);
        http.Response.ContentType = $"{Csv}; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"bundles.csv\"";
        StringBuilder text = new(LedgerCsv.Header);
        IReadOnlyList<LedgerEntry> page;
        do
        {
            page = await ledger.ReadAsync(filter, LedgerQuery.MaxLimit, http.RequestAborted);
            foreach (LedgerEntry entry in page)
            {
                LedgerCsv.Append(text, entry);
            }

            await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), http.RequestAborted);
            text.Clear();
            filter = page.Count == 0 ? filter : filter with { After = LedgerPlace.Of(page[^1]) };
        }
        while (page.Count == LedgerQuery.MaxLimit);
    }

    private async Task SendBundleAsync(HttpContext http)
    {
        Hash32 hash = LedgerQuery.Hash(http.Request, "transactionHash");
        if (await ledger.FindAsync(hash, http.RequestAborted) is { } entry)
        {
            await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer => LedgerJson.WriteEntry(writer, entry));
        }
        else
        {
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status404NotFound, "no mined transaction of ours has this hash");
        }
    }

    private async Task SendOperationAsync(HttpContext http)
    {
        Hash32 hash = LedgerQuery.Hash(http.Request, "userOpHash");
        IReadOnlyList<LedgerEntry> entries = await ledger.OfOperationAsync(hash, http.RequestAborted);
        IncludedOperation? included = await history.FindIncludedAsync(hash, http.RequestAborted);
        if (entries.Count == 0 && included is null)
        {
            OperationStatusRecord? last = await statuses.FindStatusAsync(hash, http.RequestAborted);
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status404NotFound, last is { LeftTo: { } block }
                ? $"transaction {last.TransactionHash} of block {block} carried this operation; the ledger's entries of it, if it was ours, are in the totals alone"
                : "no mined transaction carried this operation");
            return;
        }

        Hash32? others = included is not null && entries.All(entry => entry.TransactionHash != included.TransactionHash) ? included.TransactionHash : null;
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer => LedgerJson.WriteOperation(writer, hash, entries, others));
    }

    private async Task SendTotalsAsync(HttpContext http)
    {
        IReadOnlyList<LedgerTotal> totals = await ledger.TotalsAsync(
            LedgerQuery.Day(http.Request, "from"), LedgerQuery.Day(http.Request, "until"), http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer => LedgerJson.WriteTotals(writer, totals));
    }
}
