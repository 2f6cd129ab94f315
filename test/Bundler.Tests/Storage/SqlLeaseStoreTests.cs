using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlLeaseStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly Guid Bundle = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private SqlLeaseStore Leases => new(Database, TimeProvider.System);

    private SqlSubmissionStore Submissions => new(Database);

    private SqlOperationHistoryStore History => new(Database);

    [Test]
    public async Task What_one_takes_is_its_own_until_it_is_over_and_the_next_has_a_higher_number()
    {
        FleetView first = await TakeAsync("a", "index");
        FleetView second = await Leases.BeatAsync(Node("b"), Long, view => new LeaseDecision(view.IsFreeFor("b", "index") ? ["index"] : [], []), default);
        await ExpireAsync();
        FleetView third = await TakeAsync("b", "index");

        Assert.That(first.HeldBy("index")?.Fence, Is.EqualTo(new Fence("index", "a", 1)));
        Assert.That(second.HeldBy("index")?.Fence, Is.EqualTo(new Fence("index", "a", 1)));
        Assert.That(third.HeldBy("index")?.Fence, Is.EqualTo(new Fence("index", "b", 2)));
    }

    [Test]
    public async Task A_heartbeat_keeps_what_the_node_has_under_the_same_number_and_does_not_bring_back_what_is_over()
    {
        FleetView taken = await Leases.BeatAsync(Node("a"), TimeSpan.FromMinutes(1), _ => new LeaseDecision(["index"], []), default);
        FleetView kept = await BeatAsync("a");
        await ExpireAsync();
        FleetView late = await BeatAsync("a");

        Assert.That(kept.HeldBy("index")!.Number, Is.EqualTo(1));
        Assert.That(kept.HeldBy("index")!.ExpiresAt, Is.GreaterThan(taken.HeldBy("index")!.ExpiresAt));
        Assert.That(late.HeldBy("index"), Is.Null);
    }

    // A process that stands still, or a second one by the same name, which nobody meant.
    [Test]
    public async Task The_next_process_of_a_node_has_its_duties_under_new_numbers()
    {
        FleetView first = await Leases.BeatAsync(Node("a") with { Holder = "a#1", IsNew = true }, Long, _ => new LeaseDecision(["index"], []), default);
        await Leases.BeatAsync(Node("ab") with { Holder = "ab#1", IsNew = true }, Long, _ => new LeaseDecision(["funds"], []), default);
        FleetView second = await Leases.BeatAsync(Node("a") with { Holder = "a#2", IsNew = true }, Long, _ => LeaseDecision.Nothing, default);
        FleetView late = await Leases.BeatAsync(Node("a") with { Holder = "a#1" }, Long, _ => LeaseDecision.Nothing, default);

        Assert.That(first.HeldBy("index")?.Fence, Is.EqualTo(new Fence("index", "a#1", 1)));
        Assert.That(second.HeldBy("index")?.Fence, Is.EqualTo(new Fence("index", "a#2", 2)));
        Assert.That(second.OfNode("a").Select(lease => lease.Name), Is.EqualTo(new[] { "index" }));
        Assert.That((late.Of("a#1").Count(), late.HeldBy("index")?.Holder, late.HeldBy("funds")?.Fence), Is.EqualTo((0, "a#2", new Fence("funds", "ab#1", 1))));
    }

    [Test]
    public async Task A_drain_ends_with_its_process()
    {
        await BeatAsync("a");
        await Leases.DrainAsync("a", default);
        FleetView next = await Leases.BeatAsync(Node("a") with { Holder = "a#2", IsNew = true }, Long, _ => LeaseDecision.Nothing, default);

        Assert.That(next.Nodes.Single().IsToDrain, Is.False);
    }

    [Test]
    public async Task What_is_given_back_or_left_is_free_at_once()
    {
        await TakeAsync("a", "index", "funds");
        FleetView one = await Leases.BeatAsync(Node("a"), Long, _ => new LeaseDecision([], ["funds"]), default);
        await Leases.LeaveAsync("a", default);
        FleetView none = await Leases.ReadAsync(default);

        Assert.That(one.Of("a").Select(lease => lease.Name), Is.EqualTo(new[] { "index" }));
        Assert.That((none.Of("a").Count(), none.Nodes.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Nodes_are_shown_as_they_said_and_are_told_to_drain()
    {
        await BeatAsync("a");
        FleetNode before = (await Leases.ReadAsync(default)).Nodes.Single();
        bool known = await Leases.DrainAsync("a", default);
        bool unknown = await Leases.DrainAsync("b", default);
        FleetNode after = (await BeatAsync("a")).Nodes.Single();

        Assert.That((before.Version, before.Roles, before.Address, before.IsToDrain), Is.EqualTo(("bundler/test", NodeRoles.All, "http://a:4337", false)));
        Assert.That((known, unknown, after.IsToDrain, after.StartedAt), Is.EqualTo((true, false, true, before.StartedAt)));
        Assert.That(after.HeartbeatAt, Is.GreaterThanOrEqualTo(before.HeartbeatAt));
    }

    [Test]
    public async Task Why_a_node_builds_nothing_is_told_with_its_heartbeat_and_no_longer()
    {
        FleetView held = await Leases.BeatAsync(Node("a") with { HeldUp = "a reason" }, Long, _ => LeaseDecision.Nothing, default);
        FleetView free = await BeatAsync("a");

        Assert.That((held.Nodes.Single().HeldUp, free.Nodes.Single().HeldUp), Is.EqualTo(("a reason", (string?)null)));
    }

    [Test]
    public async Task The_databases_clock_is_the_worlds() =>
        Assert.That((await Leases.ReadAsync(default)).Now, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));

    [Test]
    public async Task Keys_of_bundles_in_flight_are_told()
    {
        StoredTransaction transaction = Stored.Transaction(1, Bundle);
        await Submissions.AddAsync(transaction, Fence.Sole, default);
        IReadOnlyList<Address> open = (await Leases.ReadAsync(default)).OpenSigners;
        await Submissions.CloseAsync(Bundle, BundleEnd.NonceTaken, null, Fence.Sole, default);

        Assert.That(open, Is.EqualTo(new[] { transaction.Signer }));
        Assert.That((await Leases.ReadAsync(default)).OpenSigners, Is.Empty);
    }

    [Test]
    public async Task A_deposed_holder_stores_no_signed_transaction_and_closes_no_bundle()
    {
        StoredTransaction transaction = Stored.Transaction(1, Bundle, Stored.Operation(1).UserOpHash);
        await new SqlMempoolStore(Database).AddAsync(Stored.Operation(1), [], default);
        Fence mine = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;
        Assert.That(await Submissions.AddAsync(transaction, mine, default), Is.EqualTo(Recording.Stored));
        await ExpireAsync();
        await TakeAsync("b", "signer");

        LeaseLostException? added = await Assert.ThrowsAsync<LeaseLostException>(() => Submissions.AddAsync(Stored.Transaction(2, Bundle), mine, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => Submissions.CloseAsync(Bundle, BundleEnd.Abandoned, null, mine, default));

        Assert.That(added?.Fence, Is.EqualTo(mine));
        Assert.That((await Submissions.LoadOpenAsync(default)).Select(open => open.TransactionHash), Is.EqualTo(new[] { transaction.TransactionHash }));
    }

    [Test]
    public async Task The_same_node_under_an_older_number_is_a_deposed_holder_too()
    {
        Fence old = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;
        await ExpireAsync();
        await TakeAsync("a", "signer");

        await Assert.ThrowsAsync<LeaseLostException>(() => Submissions.AddAsync(Stored.Transaction(2, Bundle), old, default));
    }

    [Test]
    public async Task A_holder_whose_lease_is_over_writes_while_nobody_has_taken_it()
    {
        Fence mine = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;
        await ExpireAsync();

        Assert.That(await Submissions.AddAsync(Stored.Transaction(1, Bundle), mine, default), Is.EqualTo(Recording.Stored));
    }

    [Test]
    public async Task A_deposed_holder_writes_nothing_into_the_index()
    {
        Fence mine = (await TakeAsync("a", "index")).HeldBy("index")!.Fence;
        await History.AddBlockAsync(Stored.Block(Stored.Mark(1)), mine, default);
        await ExpireAsync();
        await TakeAsync("b", "index");

        await Assert.ThrowsAsync<LeaseLostException>(() => History.AddBlockAsync(Stored.Block(Stored.Mark(2), 5), mine, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => History.RemoveBlocksAsync([Stored.Mark(1).Hash], mine, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => History.BeginAnewAsync(Stored.Mark(9), mine, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => History.FinalizeAsync(0, 1, 10, Stored.Noon, mine, default));

        Assert.That(await History.HighestBlockAsync(default), Is.EqualTo(Stored.Mark(1)));
    }

    [Test]
    public async Task An_operation_is_in_one_bundle_at_a_time_and_free_again_when_that_ends()
    {
        Hash32 shared = Stored.Operation(1).UserOpHash;
        Guid other = Guid.NewGuid();
        await new SqlMempoolStore(Database).AddAsync(Stored.Operation(1), [], default);
        Fence fence = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;

        Recording first = await Submissions.AddAsync(Stored.Transaction(1, Bundle, shared), fence, default);
        Recording replaced = await Submissions.AddAsync(Stored.Transaction(2, Bundle, shared), fence, default);
        Recording second = await Submissions.AddAsync(Stored.Transaction(3, other, shared), fence, default);
        await Submissions.CloseAsync(Bundle, BundleEnd.NonceTaken, null, fence, default);
        Recording later = await Submissions.AddAsync(Stored.Transaction(3, other, shared), fence, default);

        Assert.That((first, replaced, second, later), Is.EqualTo((Recording.Stored, Recording.Stored, Recording.OperationTaken, Recording.Stored)));
    }

    [Test]
    public async Task A_bundle_with_an_operation_that_has_ended_is_not_stored_and_takes_none_of_the_others()
    {
        Hash32 here = Stored.Operation(1).UserOpHash;
        await new SqlMempoolStore(Database).AddAsync(Stored.Operation(1), [], default);
        Fence fence = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;

        Recording both = await Submissions.AddAsync(Stored.Transaction(1, Bundle, here, Stored.Hash(77)), fence, default);
        Recording alone = await Submissions.AddAsync(Stored.Transaction(2, Guid.NewGuid(), here), fence, default);

        Assert.That((both, alone), Is.EqualTo((Recording.OperationTaken, Recording.Stored)));
    }

    [Test]
    public async Task An_operation_that_was_included_after_its_bundle_was_signed_hinders_no_replacement()
    {
        Hash32 included = Stored.Operation(1).UserOpHash;
        await new SqlMempoolStore(Database).AddAsync(Stored.Operation(1), [], default);
        Fence fence = (await TakeAsync("a", "signer")).HeldBy("signer")!.Fence;
        await Submissions.AddAsync(Stored.Transaction(1, Bundle, included), fence, default);
        await new SqlMempoolStore(Database).RemoveAsync([Stored.Status(1, Bundler.Engine.Pool.OperationState.Included) with { UserOpHash = included }], default);

        Assert.That(await Submissions.AddAsync(Stored.Transaction(2, Bundle, included), fence, default), Is.EqualTo(Recording.Stored));
    }

    private Task<FleetView> TakeAsync(string node, params string[] names) => Leases.BeatAsync(Node(node), Long, _ => new LeaseDecision(names, []), default);

    private Task<FleetView> BeatAsync(string node) => Leases.BeatAsync(Node(node), Long, _ => LeaseDecision.Nothing, default);

    /// <summary>All leases are over, as after a long time.</summary>
    private Task ExpireAsync() => Database.WriteAsync((session, token) => session.ExecuteAsync("UPDATE leases SET expires_at = 0", token), default);

    private static FleetNode Node(string id) => new() { Id = id, Version = "bundler/test", Roles = NodeRoles.All, Address = $"http://{id}:4337" };
}
