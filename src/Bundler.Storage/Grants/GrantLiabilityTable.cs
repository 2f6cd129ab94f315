using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>What the living grants of each paymaster may still cost it, kept with every change of a grant.</summary>
internal static class GrantLiabilityTable
{
    private const string Insert =
        "INSERT INTO grant_paymasters (paymaster, reserved, unseen, seen) VALUES ($1, $2, $2, $2) ON CONFLICT (paymaster) DO NOTHING";

    private const string Select = "SELECT reserved, unseen, seen FROM grant_paymasters WHERE paymaster = $1";
    private const string SelectOurs = "SELECT paymaster FROM grant_paymasters";
    private const string SelectUngranted = "SELECT m.ungranted_prefund FROM mempool m WHERE m.ungranted_paymaster = $1";

    // A grant that was spent in another form than it was given in stands in both, until a newer deposit is read.
    private const string SelectElsewhere =
        $"""
        {SelectUngranted}
        UNION ALL SELECT g.actual_gas_cost FROM grants g WHERE g.block_number > $2 AND g.paymaster = $1 AND g.actual_gas_cost IS NOT NULL
        UNION ALL SELECT s.actual_gas_cost FROM grant_strays s WHERE s.block_number > $2 AND s.paymaster = $1
        """;

    private const string Upsert =
        """
        INSERT INTO grant_paymasters (paymaster, reserved, unseen, seen) VALUES ($1, $2, $3, $4)
        ON CONFLICT (paymaster) DO UPDATE SET reserved = excluded.reserved, unseen = excluded.unseen, seen = excluded.seen
        """;

    /// <summary>
    /// Amounts that a deposit, as it was at a block, has to bear beside the living grants: for operations in our pool that nobody granted, and for what later blocks have charged already, for
    /// grants that live no more.
    /// </summary>
    public static SqlQuery<UInt256> Elsewhere(Address paymaster, ulong block) =>
        new SqlQuery<UInt256>(SelectElsewhere, row => row.UInt256(0)).With(paymaster).With(block);

    /// <summary>wei that operations in our pool may cost that nobody granted.</summary>
    public static async Task<UInt256> UngrantedAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        Sum(await session.Prepare(SelectUngranted).With(paymaster).ReadAllAsync(row => row.UInt256(0), cancellationToken));

    /// <summary>From now on its events are looked for in the ledger.</summary>
    public static Task OpenAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        session.Prepare(Insert).With(paymaster).With(UInt256.Zero).ExecuteAsync(cancellationToken);

    /// <summary><c>null</c>: it is none of ours.</summary>
    public static Task<GrantLiability?> FindAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        session.Prepare(Select).With(paymaster).ReadFirstAsync(Row, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public static SqlQuery<GrantLiability> Query(Address paymaster) => new SqlQuery<GrantLiability>(Select, Row).With(paymaster);

    /// <summary>All paymasters that were ever ours: as many as the configurations have named.</summary>
    public static async Task<IReadOnlySet<Address>> OursAsync(SqlSession session, CancellationToken cancellationToken) =>
        (await session.Prepare(SelectOurs).ReadAllAsync(row => row.Address(0), cancellationToken)).ToHashSet();

    public static async Task ChangeAsync(
        SqlSession session, Address paymaster, Func<GrantLiability, GrantLiability> change, CancellationToken cancellationToken)
    {
        GrantLiability before = await FindAsync(session, paymaster, cancellationToken) ?? GrantLiability.None;
        GrantLiability after = change(before);
        if (after != before)
        {
            await session.ExecuteAsync([Write(paymaster, after)], cancellationToken);
        }
    }

    /// <summary>What was read in the same transaction, changed; of one that is ours from now on, if it was not before.</summary>
    public static SqlCall Write(Address paymaster, GrantLiability all) => new SqlCall(Upsert).With(paymaster).With(all.Reserved).With(all.Unseen).With(all.Seen);

    /// <summary>Without what a grant in one state counted, with what it counts in another.</summary>
    public static GrantLiability Move(GrantLiability all, GrantState from, UInt256 before, GrantState to, UInt256 after) =>
        Add(Add(all, from, UInt256.Zero, before), to, after, UInt256.Zero);

    /// <summary>Amounts that are more than any number together are as much as the largest.</summary>
    public static UInt256 Sum(params IEnumerable<UInt256> amounts) =>
        amounts.Aggregate(UInt256.Zero, (sum, wei) => wei <= UInt256.MaxValue - sum ? sum + wei : UInt256.MaxValue);

    private static GrantLiability Add(GrantLiability all, GrantState state, UInt256 more, UInt256 less) => state switch
    {
        GrantState.Reserved => all with { Reserved = all.Reserved + more - less },
        GrantState.Signed or GrantState.Reorged or GrantState.Revoked => all with { Unseen = all.Unseen + more - less },
        GrantState.Seen => all with { Seen = all.Seen + more - less },
        _ => all,
    };

    private static GrantLiability Row(SqlRow row) => new(row.UInt256(0), row.UInt256(1), row.UInt256(2));
}
