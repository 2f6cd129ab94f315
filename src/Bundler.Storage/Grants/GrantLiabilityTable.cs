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
    private const string Update = "UPDATE grant_paymasters SET reserved = $2, unseen = $3, seen = $4 WHERE paymaster = $1";

    /// <summary>From now on its events are looked for in the ledger.</summary>
    public static Task OpenAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        session.Prepare(Insert).With(paymaster).With(UInt256.Zero).ExecuteAsync(cancellationToken);

    /// <summary><c>null</c>: it is none of ours.</summary>
    public static Task<GrantLiability?> FindAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        session.Prepare(Select).With(paymaster).ReadFirstAsync(row => new GrantLiability(row.UInt256(0), row.UInt256(1), row.UInt256(2)), cancellationToken);

    /// <summary>All paymasters that were ever ours: as many as the configurations have named.</summary>
    public static async Task<IReadOnlySet<Address>> OursAsync(SqlSession session, CancellationToken cancellationToken) =>
        (await session.Prepare(SelectOurs).ReadAllAsync(row => row.Address(0), cancellationToken)).ToHashSet();

    /// <summary>Of one that is ours from now on, if it was not before.</summary>
    public static async Task<GrantLiability> FindOrOpenAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, paymaster, cancellationToken) is { } known)
        {
            return known;
        }

        await OpenAsync(session, paymaster, cancellationToken);
        return GrantLiability.None;
    }

    public static async Task ChangeAsync(
        SqlSession session, Address paymaster, Func<GrantLiability, GrantLiability> change, CancellationToken cancellationToken)
    {
        GrantLiability before = await FindAsync(session, paymaster, cancellationToken) ?? GrantLiability.None;
        GrantLiability after = change(before);
        if (after != before)
        {
            await WriteAsync(session, paymaster, after, cancellationToken);
        }
    }

    /// <summary>What was read in the same transaction, changed.</summary>
    public static Task WriteAsync(SqlSession session, Address paymaster, GrantLiability all, CancellationToken cancellationToken) =>
        session.Prepare(Update).With(paymaster).With(all.Reserved).With(all.Unseen).With(all.Seen).ExecuteAsync(cancellationToken);

    /// <summary>Without what a grant in one state counted, with what it counts in another.</summary>
    public static GrantLiability Move(GrantLiability all, GrantState from, UInt256 before, GrantState to, UInt256 after) =>
        Add(Add(all, from, UInt256.Zero, before), to, after, UInt256.Zero);

    private static GrantLiability Add(GrantLiability all, GrantState state, UInt256 more, UInt256 less) => state switch
    {
        GrantState.Reserved => all with { Reserved = all.Reserved + more - less },
        GrantState.Signed or GrantState.Reorged or GrantState.Revoked => all with { Unseen = all.Unseen + more - less },
        GrantState.Seen => all with { Seen = all.Seen + more - less },
        _ => all,
    };
}
