using System.Numerics;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>
/// What the bundles of all nodes may cost, written in the transactions that record them, and the peak of the ledger, written with its entries: since
/// writers take turns, two nodes cannot both spend the last wei.
/// </summary>
internal static class RiskTables
{
    private const long OnlyRow = 0;

    private const string SelectStakes = "SELECT bundle_id, at_risk, has_strangers FROM bundles WHERE at_risk IS NOT NULL";
    private const string SelectPeak = "SELECT wei FROM ledger_peaks WHERE id = $1";
    private const string SelectTotals = $"{LedgerTables.TotalColumns} WHERE day = $1";
    private const string SetStake = "UPDATE bundles SET at_risk = $2, has_strangers = $3 WHERE bundle_id = $1";
    private const string Free = "UPDATE bundles SET at_risk = NULL WHERE bundle_id = $1 AND at_risk IS NOT NULL";

    private const string UpsertPeak =
        "INSERT INTO ledger_peaks (id, wei) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET wei = excluded.wei";

    public static async Task<StoredRisk> ReadAsync(SqlSession session, CancellationToken cancellationToken) =>
        new(await PeakAsync(session, cancellationToken), await StakesAsync(session, cancellationToken));

    /// <summary>wei that the bundle has put in with this version, for it only ever puts in more; <c>null</c>: there is no room for the difference.</summary>
    public static async Task<UInt256?> AskAsync(SqlSession session, Guid bundleId, BundleStake stake, CancellationToken cancellationToken)
    {
        BigInteger net = await NetAsync(session, cancellationToken);
        UInt256 peak = await SeeAsync(session, net, cancellationToken);
        IReadOnlyList<StoredStake> stakes = await StakesAsync(session, cancellationToken);
        UInt256 before = stakes.FirstOrDefault(each => each.BundleId == bundleId).Wei;
        BigInteger lost = peak.ToBigInteger() - net;
        return stake.Wei <= before ? before
            : stake.Wei - before <= RiskRoom.Of(stake.Allowance, (UInt256)lost, [.. stakes.Select(each => (each.Wei, each.HasStrangers))], stake.HasStrangers) ? stake.Wei
            : null;
    }

    /// <param name="wei">As <see cref="AskAsync"/> has said in the same transaction.</param>
    public static Task PutAsync(SqlSession session, Guid bundleId, UInt256 wei, bool hasStrangers, CancellationToken cancellationToken) =>
        session.Prepare(SetStake).With(bundleId).With(wei).With(hasStrangers).ExecuteAsync(cancellationToken);

    /// <summary>What the bundle did cost is known.</summary>
    public static Task FreeAsync(SqlSession session, Guid bundleId, CancellationToken cancellationToken) =>
        session.Prepare(Free).With(bundleId).ExecuteAsync(cancellationToken);

    /// <summary>The ledger has new entries.</summary>
    public static async Task SeeAsync(SqlSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        foreach (LedgerEntry entry in entries)
        {
            await FreeAsync(session, entry.BundleId, cancellationToken);
        }

        if (entries.Count > 0)
        {
            await SeeAsync(session, await NetAsync(session, cancellationToken), cancellationToken);
        }
    }

    private static async Task<UInt256> SeeAsync(SqlSession session, BigInteger net, CancellationToken cancellationToken)
    {
        UInt256 peak = await PeakAsync(session, cancellationToken);
        if (net <= peak.ToBigInteger())
        {
            return peak;
        }

        await session.Prepare(UpsertPeak).With(OnlyRow).With((UInt256)net).ExecuteAsync(cancellationToken);
        return (UInt256)net;
    }

    private static async Task<BigInteger> NetAsync(SqlSession session, CancellationToken cancellationToken) =>
        (await session.Prepare(SelectTotals).With(LedgerTables.AllTime).ReadAllAsync(LedgerTables.Total, cancellationToken))
        .Aggregate(BigInteger.Zero, (sum, total) => sum + total.FeesReceived.ToBigInteger() - total.GasPaid.ToBigInteger());

    private static async Task<UInt256> PeakAsync(SqlSession session, CancellationToken cancellationToken) =>
        await session.Prepare(SelectPeak).With(OnlyRow).ReadFirstAsync<UInt256?>(row => row.UInt256(0), cancellationToken) ?? UInt256.Zero;

    private static Task<IReadOnlyList<StoredStake>> StakesAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SelectStakes).ReadAllAsync(row => new StoredStake(row.Guid(0), row.UInt256(1), row.Int64OrNull(2) is > 0), cancellationToken);
}
