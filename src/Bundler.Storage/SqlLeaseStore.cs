using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>The nodes on one database and who of them does what, by the database's clock.</summary>
internal sealed class SqlLeaseStore(SqlDatabase database, TimeProvider clock) : ILeaseStore
{
    private const string UpsertNode =
        """
        INSERT INTO nodes (id, version, roles, address, started_at, heartbeat_at, is_draining, is_to_drain, held_up) VALUES ($1, $2, $3, $4, $5, $5, $6, 0, $7)
        ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, roles = excluded.roles, address = excluded.address, heartbeat_at = excluded.heartbeat_at,
            is_draining = excluded.is_draining, held_up = excluded.held_up
        """;

    private const string Take =
        """
        INSERT INTO leases (name, holder, number, expires_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, number = leases.number + 1, expires_at = excluded.expires_at
        """;

    private const string Renew = "UPDATE leases SET expires_at = $2 WHERE holder = $1 AND expires_at > $3";
    // The process before it by the same name may only stand still: what it has stays its node's, and its numbers are old.
    private const string Succeed =
        """
        UPDATE leases SET holder = $1, number = number + 1, expires_at = $2
        WHERE holder <> $1 AND expires_at > $3 AND (holder = $4 OR substr(holder, 1, length($5)) = $5)
        """;

    private const string BeginAnew = "UPDATE nodes SET started_at = $2, is_to_drain = 0 WHERE id = $1";

    private const string GiveBack = "UPDATE leases SET expires_at = $3 WHERE name = $1 AND holder = $2";
    private const string GiveAllBack = "UPDATE leases SET expires_at = $2 WHERE holder = $1 AND expires_at > $2";
    private const string DeleteNode = "DELETE FROM nodes WHERE id = $1";
    private const string DeleteGone = "DELETE FROM nodes WHERE heartbeat_at < $1";
    private const string SetToDrain = "UPDATE nodes SET is_to_drain = 1 WHERE id = $1";
    private const string SelectLeases = "SELECT name, holder, number, expires_at FROM leases ORDER BY name";
    private const string SelectNodes =
        "SELECT id, version, roles, address, started_at, heartbeat_at, is_draining, is_to_drain, held_up FROM nodes ORDER BY started_at, id";

    private const string SelectOpenSigners =
        "SELECT DISTINCT t.signer FROM transactions t JOIN bundles b ON b.bundle_id = t.bundle_id WHERE b.bundle_end IS NULL";

    /// <summary>A node that was not heard of for so long has no row any more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public bool IsShared => database.IsShared;

    public Task<FleetView> BeatAsync(FleetNode node, TimeSpan duration, Func<FleetView, LeaseDecision> decide, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                DateTimeOffset now = await NowAsync(session, token);
                await session.Prepare(DeleteGone).With(now - Remembered).ExecuteAsync(token);
                await session.Prepare(UpsertNode)
                    .With(node.Id).With(node.Version).With((long)node.Roles).With(node.Address).With(now).With(node.IsDraining).With(node.HeldUp)
                    .ExecuteAsync(token);
                if (node.IsNew)
                {
                    string own = node.Id + Lease.LifeMark;
                    await session.Prepare(BeginAnew).With(node.Id).With(now).ExecuteAsync(token);
                    await session.Prepare(Succeed)
                        .With(node.Holder).With(now + duration).With(now).With(node.Id).With(own)
                        .ExecuteAsync(token);
                }

                await session.Prepare(Renew).With(node.Holder).With(now + duration).With(now).ExecuteAsync(token);
                LeaseDecision decision = decide(await ViewAsync(session, now, token));
                foreach (string name in decision.GiveBack)
                {
                    await session.Prepare(GiveBack).With(name).With(node.Holder).With(now).ExecuteAsync(token);
                }

                foreach (string name in decision.Take)
                {
                    await session.Prepare(Take).With(name).With(node.Holder).With(now + duration).ExecuteAsync(token);
                }

                return await ViewAsync(session, now, token);
            },
            cancellationToken);

    public Task LeaveAsync(string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await session.Prepare(GiveAllBack).With(holder).With(await NowAsync(session, token)).ExecuteAsync(token);
                await session.Prepare(DeleteNode).With(Lease.NodeOf(holder)).ExecuteAsync(token);
            },
            cancellationToken);

    public Task<FleetView> ReadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async (session, token) => await ViewAsync(session, await NowAsync(session, token), token), cancellationToken);

    public Task<bool> DrainAsync(string node, CancellationToken cancellationToken) =>
        database.WriteAsync(async (session, token) => await session.Prepare(SetToDrain).With(node).ExecuteAsync(token) > 0, cancellationToken);

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        Task.Delay(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, clock, cancellationToken);

    private async Task<DateTimeOffset> NowAsync(SqlSession session, CancellationToken cancellationToken) =>
        await session.Prepare($"SELECT {database.Now}").ReadFirstAsync<DateTimeOffset?>(row => row.Time(0), cancellationToken)
        ?? throw new InvalidOperationException("the database has no clock");

    private static async Task<FleetView> ViewAsync(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(
            now,
            await session.Prepare(SelectLeases).ReadAllAsync(row => new Lease(row.TextOrNull(0)!, row.TextOrNull(1)!, row.Int64(2), row.Time(3)), cancellationToken),
            await session.Prepare(SelectNodes).ReadAllAsync(Node, cancellationToken),
            await session.Prepare(SelectOpenSigners).ReadAllAsync(row => row.Address(0), cancellationToken));

    private static FleetNode Node(SqlRow row) => new()
    {
        Id = row.TextOrNull(0)!,
        Version = row.TextOrNull(1)!,
        Roles = (NodeRoles)row.Int64(2),
        Address = row.TextOrNull(3)!,
        StartedAt = row.Time(4),
        HeartbeatAt = row.Time(5),
        IsDraining = row.Bool(6),
        IsToDrain = row.Bool(7),
        HeldUp = row.TextOrNull(8),
    };
}
