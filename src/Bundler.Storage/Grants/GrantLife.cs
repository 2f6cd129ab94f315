using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>A grant changes; with it what all grants of its nonce count, the sums of their scopes, and what their paymasters owe.</summary>
internal static class GrantLife
{
    /// <summary>Writes one that has changed, and what follows from it. The row must be as it was read in the same transaction but for its grant.</summary>
    public static async Task ChangeAsync(SqlSession session, GrantRow changed, CancellationToken cancellationToken)
    {
        IReadOnlyList<GrantRow> before = await GrantTables.SlotAsync(
            session, changed.Request.EntryPoint, changed.Request.Sender, changed.Request.Nonce, cancellationToken);
        GrantRow[] after = [.. before.Select(row => row.Grant.Id == changed.Grant.Id ? row with { Grant = changed.Grant } : row)];
        IReadOnlyList<GrantShare> shares = GrantSlot.Shares([.. after.Select(row => row.Grant)]);
        for (int i = 0; i < after.Length; i++)
        {
            GrantRow row = after[i] with { Share = shares[i] };
            if (row != before[i])
            {
                await GrantTables.UpdateAsync(session, row, cancellationToken);
                await CountAsync(session, before[i], row, cancellationToken);
            }
        }
    }

    private static async Task CountAsync(SqlSession session, GrantRow before, GrantRow after, CancellationToken cancellationToken)
    {
        await GrantLiabilityTable.ChangeAsync(
            session, after.Request.Paymaster,
            all => GrantLiabilityTable.Move(all, before.Grant.State, before.Share.Wei, after.Grant.State, after.Share.Wei), cancellationToken);
        if (before.Share != after.Share)
        {
            await GrantSumTables.ChangeAsync(session, after.Request, sums => sums.With(after.CountedAt, before.Share, after.Share), cancellationToken);
        }
    }
}
