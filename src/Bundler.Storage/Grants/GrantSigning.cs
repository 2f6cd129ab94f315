using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>Signatures inside their transaction. What is signed counts as much as what is reserved, so nothing but the grant changes, and where it stands among what its paymaster owes.</summary>
internal static class GrantSigning
{
    /// <returns>Each grant as it is now.</returns>
    /// <exception cref="ArgumentException">No grant has a name; nothing is stored.</exception>
    public static async Task<IReadOnlyList<Grant>> StoreAsync(SqlSession session, IReadOnlyList<(GrantId Id, SignedGrant Signed)> all, CancellationToken cancellationToken)
    {
        Dictionary<GrantId, SqlQuery<GrantRow>> queries = all.Select(each => each.Id).Distinct().ToDictionary(id => id, GrantTables.Query);
        await session.ReadAsync([.. queries.Values], cancellationToken);
        Dictionary<GrantId, GrantRow> rows = queries.ToDictionary(
            each => each.Key, each => each.Value.Rows.FirstOrDefault() ?? throw new ArgumentException($"no grant is called {each.Key}", nameof(all)));
        Dictionary<Address, SqlQuery<GrantLiability>> owing = rows.Values.Select(row => row.Request.Paymaster).Distinct().ToDictionary(each => each, GrantLiabilityTable.Query);
        await session.ReadAsync([.. owing.Values], cancellationToken);
        Dictionary<Address, GrantLiability> liabilities = owing.ToDictionary(each => each.Key, each => each.Value.Rows.FirstOrDefault() ?? GrantLiability.None);
        HashSet<GrantId> changed = [];
        foreach ((GrantId id, SignedGrant signed) in all)
        {
            GrantRow row = rows[id];
            if (row.Grant.State == GrantState.Reserved)
            {
                Address paymaster = row.Request.Paymaster;
                liabilities[paymaster] = GrantLiabilityTable.Move(liabilities[paymaster], GrantState.Reserved, row.Share.Wei, GrantState.Signed, row.Share.Wei);
                rows[id] = row with { Grant = row.Grant with { State = GrantState.Signed, Signed = signed } };
                changed.Add(id);
            }
        }

        if (changed.Count > 0)
        {
            await session.ExecuteAsync(
                [.. changed.Select(id => GrantTables.Update(rows[id])), .. liabilities.Select(each => GrantLiabilityTable.Write(each.Key, each.Value))], cancellationToken);
        }

        return [.. all.Select(each => rows[each.Id].Grant)];
    }
}
