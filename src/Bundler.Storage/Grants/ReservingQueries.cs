using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>What reservations of one transaction have to know, each once.</summary>
internal sealed class ReservingQueries
{
    public ReservingQueries(IReadOnlyList<GrantAsk> asks)
    {
        GrantRequest[] requests = [.. asks.Select(ask => ask.Request)];
        Ledger = GrantLedgerTable.Query();
        Keys = [.. requests.Select(request => request.Key).OfType<string>().Distinct().Select(key => (key, KeyTables.Query(key)))];
        Slots = [.. requests.DistinctBy(request => (request.EntryPoint, request.Sender, request.Nonce)).Select(request => (request, GrantTables.SlotQuery(request)))];
        Named = [.. requests.Select(request => request.Id).OfType<GrantId>().Distinct().Select(GrantTables.Query)];
        Sums = [.. requests.SelectMany(GrantScopeName.AllOf).Distinct().Select(name => (name, GrantSumTables.Query(name)))];
        Living = [.. requests.Select(request => request.Paymaster).Distinct().Select(paymaster => (paymaster, GrantLiabilityTable.Query(paymaster)))];
        Elsewhere =
        [
            .. asks.Select(ask => (ask.Request.Paymaster, ask.Limits.AsOf)).Distinct()
                .Select(each => (each.Paymaster, each.AsOf, GrantLiabilityTable.Elsewhere(each.Paymaster, each.AsOf))),
        ];
        All =
        [
            Ledger, .. Keys.Select(each => each.Expiry), .. Slots.Select(each => each.Rows), .. Named, .. Sums.Select(each => each.Sums), .. Living.Select(each => each.Living),
            .. Elsewhere.Select(each => each.Amounts),
        ];
    }

    public IReadOnlyList<ISqlQuery> All { get; }

    public SqlQuery<LedgerRow> Ledger { get; }

    public IReadOnlyList<(string Key, SqlQuery<DateTimeOffset> Expiry)> Keys { get; }

    public IReadOnlyList<(GrantRequest Request, SqlQuery<GrantRow> Rows)> Slots { get; }

    public IReadOnlyList<SqlQuery<GrantRow>> Named { get; }

    public IReadOnlyList<(GrantScopeName Name, SqlQuery<GrantSums> Sums)> Sums { get; }

    public IReadOnlyList<(Address Paymaster, SqlQuery<GrantLiability> Living)> Living { get; }

    public IReadOnlyList<(Address Paymaster, ulong AsOf, SqlQuery<UInt256> Amounts)> Elsewhere { get; }
}
