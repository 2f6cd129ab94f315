using System.Globalization;
using Bundler.Engine.Inclusion;
using Bundler.Rpc.Methods;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest;

/// <summary>POST /history/backfill?fromBlock=…&amp;toBlock=…: operations of before the node's start, for operators only.</summary>
internal sealed class HistoryRoutes(BackfillRound round)
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapOperatorPost("/history/backfill", BackfillAsync, "fromBlock", "toBlock");

    private async Task BackfillAsync(HttpContext http)
    {
        ulong from = Block(http.Request, "fromBlock");
        ulong to = Block(http.Request, "toBlock");
        if (from > to)
        {
            throw new QueryException("toBlock", "a block that is not before fromBlock");
        }

        BackfillReport report = await round.RunAsync(from, to, http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("fromBlock"u8, report.From);
            writer.WriteNumber("blocks"u8, report.Blocks);
            writer.WriteNumber("operations"u8, report.Operations);
            writer.WriteBoolean("complete"u8, report.Complete);
            writer.WriteEndObject();
        });
    }

    private static ulong Block(HttpRequest request, string name) =>
        ulong.TryParse(OperatorRoute.Text(request, name), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= long.MaxValue
            ? number
            : throw new QueryException(name, "a block number");
}
