using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest.Sponsor;

/// <summary>
/// For operators only. GET /health/sponsor: whether sponsoring is well, and what is not (503). GET /sponsor/ledger: what each paymaster
/// was charged and still owes. POST /sponsor/ledger/trust: the ledger is known to be whole. GET /sponsor/grants/{id} and POST /sponsor/grants/{id}/revoke: one grant.
/// </summary>
internal sealed class SponsorRoutes(IEnumerable<ISponsorCheck> checks, DepositBook deposits, OwnPaymasters paymasters, IGrantStore grants, IGrantUpkeep upkeep)
{
    private readonly ISponsorCheck[] _checks = [.. checks];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOperatorGet("/health/sponsor", SendHealthAsync);
        endpoints.MapOperatorGet("/sponsor/ledger", SendLedgerAsync);
        endpoints.MapOperatorPost("/sponsor/ledger/trust", TrustAsync);
        endpoints.MapOperatorGet("/sponsor/grants/{id}", http => SendGrantAsync(http, id => grants.FindAsync(id, http.RequestAborted)));
        endpoints.MapOperatorPost("/sponsor/grants/{id}/revoke", http => SendGrantAsync(http, id => upkeep.RevokeAsync(id, "by the operator", http.RequestAborted)));
    }

    private Task SendHealthAsync(HttpContext http)
    {
        bool isOff = paymasters.All.Count == 0;
        (string Name, SponsorFinding Finding)[] findings = isOff ? [] : [.. _checks.Select(check => (check.Name, check.Check()))];
        bool isWell = findings.All(found => found.Finding.Ok);
        return OperatorRoute.SendJsonAsync(http, isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, isOff ? "off"u8 : isWell ? "ready"u8 : "notReady"u8);
            writer.WriteStartObject("checks"u8);
            foreach ((string name, SponsorFinding finding) in findings)
            {
                writer.WriteStartObject(name);
                writer.WriteBoolean("ok"u8, finding.Ok);
                writer.WriteString("detail"u8, finding.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            WriteDeposits(writer);
            writer.WriteEndObject();
        });
    }

    private void WriteDeposits(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("paymasters"u8);
        foreach (PaymasterDeposit each in deposits.All)
        {
            writer.WriteStartObject();
            writer.WriteString("address"u8, each.Paymaster.Address.ToString());
            writer.WriteString("entryPoint"u8, each.Paymaster.EntryPoint.ToString());
            writer.WriteString("depositWei"u8, each.Deposit.ToString());
            writer.WriteString("stakeWei"u8, each.Stake.ToString());
            writer.WriteNumber("unstakeDelaySec"u8, each.UnstakeDelaySec);
            writer.WriteString("reservedWei"u8, each.Liability.Reserved.ToString());
            writer.WriteString("unseenWei"u8, each.Liability.Unseen.ToString());
            writer.WriteString("seenWei"u8, each.Liability.Seen.ToString());
            writer.WriteString("ungrantedWei"u8, each.Liability.Ungranted.ToString());
            writer.WriteString("at"u8, each.At);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private async Task SendLedgerAsync(HttpContext http)
    {
        List<(string Address, GrantStatement Statement, GrantLiability Liability)> statements = [];
        foreach (Address paymaster in paymasters.Addresses)
        {
            statements.Add((paymaster.ToString(), await upkeep.StatementAsync(paymaster, http.RequestAborted), await grants.LiabilityAsync(paymaster, http.RequestAborted)));
        }

        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            foreach ((string address, GrantStatement statement, GrantLiability liability) in statements)
            {
                writer.WriteStartObject(address);
                writer.WriteString("chargedWei"u8, statement.Charged.ToString());
                writer.WriteString("reservedWei"u8, statement.Living.Reserved.ToString());
                writer.WriteString("unseenWei"u8, statement.Living.Unseen.ToString());
                writer.WriteString("seenWei"u8, statement.Living.Seen.ToString());
                writer.WriteString("ungrantedWei"u8, liability.Ungranted.ToString());
                writer.WriteNumber("operations"u8, statement.Sums.Ever.Count);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    private async Task TrustAsync(HttpContext http)
    {
        await upkeep.TrustAsync(http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("trusted"u8, true);
            writer.WriteEndObject();
        });
    }

    private static async Task SendGrantAsync(HttpContext http, Func<GrantId, Task<Grant?>> find)
    {
        if (GrantId.TryParse((string?)http.Request.RouteValues["id"]) is not { } id)
        {
            throw new QueryException("id", "0x and 32 hex digits");
        }

        if (await find(id) is { } grant)
        {
            await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer => Write(writer, grant));
        }
        else
        {
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status404NotFound, "no grant has this id");
        }
    }

    private static void Write(Utf8JsonWriter writer, Grant grant)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, grant.Id.ToString());
        writer.WriteString("state"u8, grant.State.ToString().ToLowerInvariant());
        writer.WriteString("paymaster"u8, grant.Request.Paymaster.ToString());
        writer.WriteString("entryPoint"u8, grant.Request.EntryPoint.ToString());
        writer.WriteString("sender"u8, grant.Request.Sender.ToString());
        writer.WriteString("nonce"u8, grant.Request.Nonce.ToString());
        writer.WriteString("worstWei"u8, grant.Request.Worst.ToString());
        writer.WriteString("actualWei"u8, grant.ActualGasCost?.ToString());
        writer.WriteString("key"u8, grant.Request.Key);
        writer.WriteNumber("validAfter"u8, grant.Request.ValidAfter);
        writer.WriteNumber("validUntil"u8, grant.Request.ValidUntil);
        writer.WriteString("userOpHash"u8, grant.Signed?.OperationHash.ToString());
        writer.WriteEndObject();
    }
}
