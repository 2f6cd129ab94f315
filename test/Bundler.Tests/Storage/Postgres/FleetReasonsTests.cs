using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>Why an operation waits is the same on every node of a fleet, whichever builds its bundles.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FleetReasonsTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);
    private static readonly string _duty = DutyNames.Builder(A.EntryPoint.Address);

    private readonly PostgresTestDatabase _place = new();
    private Member _builder = null!;
    private Member _other = null!;
    private MempoolEntry _entry = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _builder = await Member.StartAsync("builder", _place);
        _other = await Member.StartAsync("other", _place);
        await _builder.BeatAsync(_duty);
        await _other.BeatAsync();
        _entry = await AdmitAsync(1);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _builder.Core.DisposeAsync();
        await _other.Core.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Test]
    public async Task What_the_builder_knows_every_node_answers_and_forgets_with_it()
    {
        string? before = await _other.ReasonAsync(_entry);
        await PostponeAsync("it pays too little for the base fee");
        string? told = await _other.ReasonAsync(_entry);
        _builder.Core.Pool.WaitNoMore([_entry.UserOpHash]);
        await _builder.Teller.TellAsync(default);

        Assert.That((before, told, await _other.ReasonAsync(_entry)), Is.EqualTo(((string?)null, "it pays too little for the base fee", (string?)null)));
    }

    [Test]
    public async Task Nothing_is_written_while_nothing_changes()
    {
        await PostponeAsync("a reason");
        long transactions = _builder.Core.Database.Transactions;
        await _builder.Teller.TellAsync(default);
        await PostponeAsync("a reason");

        Assert.That(_builder.Core.Database.Transactions, Is.EqualTo(transactions));
    }

    [Test]
    public async Task Who_goes_with_the_next_bundle_is_not_told_of()
    {
        _builder.Core.Pool.Postpone(new Dictionary<Hash32, string> { [_entry.UserOpHash] = "the bundle is full" });
        await _builder.Teller.TellAsync(default);
        _builder.Core.Pool.Take([_entry.UserOpHash]);
        _builder.Core.Pool.WaitNoMore([_entry.UserOpHash]);
        await _builder.TellAsync();

        Assert.That(await _other.Waits.FindAsync(_entry.UserOpHash, default), Is.Null);
    }

    [Test]
    public async Task One_batch_is_bounded_and_the_next_goes_on()
    {
        MempoolEntry[] entries = [.. Enumerable.Range(2, WaitTeller.BatchSize + 1).Select(number => A.Entry(A.UserOperation() with { Sender = A.AddressOf(number) }, A.Validation()))];
        await _builder.Core.Database.WriteAsync(
            async (session, token) =>
            {
                foreach (MempoolEntry entry in entries)
                {
                    await session.Prepare("INSERT INTO mempool (user_op_hash, entry_point, sender, json, admitted_at, admitted_at_block, sequence) VALUES ($1, $2, $2, $3, 0, 0, 0)")
                        .With(entry.UserOpHash).With(A.EntryPoint.Address).With(Bytes.Empty).ExecuteAsync(token);
                }
            },
            default);
        Array.ForEach(entries, _builder.Core.Pool.Restore);
        await PostponeAsync("a reason", [.. entries.Select(entry => entry.UserOpHash)]);
        int first = (await _builder.Waits.LoadAsync(A.EntryPoint.Address, default)).Count;
        await _builder.Teller.TellAsync(default);

        Assert.That((first, (await _builder.Waits.LoadAsync(A.EntryPoint.Address, default)).Count), Is.EqualTo((WaitTeller.BatchSize, entries.Length)));
    }

    [Test]
    public async Task A_text_that_the_database_would_not_take_is_told_all_the_same()
    {
        await PostponeAsync($"reverted: \0{new string('x', WaitTeller.LongestReason)}");

        Assert.That(await _other.ReasonAsync(_entry), Does.StartWith(@"reverted: \u0000xx").And.Length.EqualTo(WaitTeller.LongestReason));
    }

    [Test]
    public async Task Who_takes_over_says_what_is_true_now_and_who_lost_the_duty_says_it_after()
    {
        await PostponeAsync("an old reason");
        await _builder.BeatAsync();
        await _other.BeatAsync(_duty);
        await _other.Teller.TellAsync(default);
        await _builder.Teller.TellAsync(default);
        await _builder.BeatAsync();
        string? forgotten = await _builder.ReasonAsync(_entry);
        _other.Core.Pool.Postpone(new Dictionary<Hash32, string> { [_entry.UserOpHash] = "a new reason" });
        await _other.TellAsync();

        Assert.That((forgotten, await _builder.ReasonAsync(_entry), await _other.ReasonAsync(_entry)), Is.EqualTo(((string?)null, "a new reason", "a new reason")));
    }

    [Test]
    public async Task A_deposed_builder_tells_nothing()
    {
        await _builder.Core.Database.WriteAsync((session, token) => session.ExecuteAsync("UPDATE leases SET expires_at = 0", token), default);
        await _other.BeatAsync(_duty);

        await PostponeAsync("of a node that stood still");

        Assert.That(await _other.Waits.FindAsync(_entry.UserOpHash, default), Is.Null);
        Assert.That(_builder.Duties.Builds(A.EntryPoint.Address), Is.False);
    }

    [Test]
    public async Task That_the_builder_builds_by_command_only_is_known_with_its_next_heartbeat()
    {
        _builder.Desk.Mode = BundlingMode.Manual;
        await _builder.BeatAsync(_duty);
        await _other.BeatAsync();

        Assert.That(await _other.ReasonAsync(_entry), Is.EqualTo("bundles are built by command only").And.EqualTo(await _builder.ReasonAsync(_entry)));
    }

    [Test]
    public async Task That_nobody_builds_is_the_reason_of_whatever_waits()
    {
        await PostponeAsync("of a builder that is gone");
        await _builder.BeatAsync();
        FleetView view = await _other.BeatAsync();
        DateTimeOffset since = view.Leases.Single(lease => lease.Name == _duty).ExpiresAt;

        Assert.That(await _other.ReasonAsync(_entry), Does.StartWith("nobody builds bundles of its EntryPoint since ").And.Contains($"{since.UtcDateTime:u}"));
        Assert.That(await _builder.ReasonAsync(_entry), Is.EqualTo(await _other.ReasonAsync(_entry)));
    }

    [Test]
    public async Task What_bundles_are_asked_for_by_command_is_refused_where_they_are_not_built()
    {
        string? here = _builder.Desk.Elsewhere;
        string? there = _other.Desk.Elsewhere;
        await _builder.BeatAsync();
        await _other.BeatAsync();

        Assert.That((here, there), Is.EqualTo(((string?)null, "the node builder builds the bundles now, and this one does not: ask that one")));
        Assert.That(_other.Desk.Elsewhere, Is.EqualTo("no node builds bundles now, this one neither"));
    }

    private async Task<MempoolEntry> AdmitAsync(int sender)
    {
        Hash32 hash = (await _builder.Core.SubmitAsync(A.UserOperation() with { Sender = A.AddressOf(sender) })).Value;
        await Eventually.Async(() => _other.Core.Knows(hash), _deadline, "the other node knows the operation");
        return _builder.Core.Pool.TryGet(hash, out MempoolEntry? entry) ? entry : throw new AssertionException("it is not in the pool");
    }

    private async Task PostponeAsync(string reason, params Hash32[] who)
    {
        _builder.Core.Pool.Postpone((who.Length > 0 ? who : [_entry.UserOpHash]).ToDictionary(hash => hash, _ => reason));
        await _builder.TellAsync();
    }

    /// <summary>A node of the fleet as far as reasons go.</summary>
    private sealed class Member
    {
        private static readonly TimeSpan _lease = TimeSpan.FromHours(1);

        private readonly string _id;
        private readonly SqlLeaseStore _leases;
        private readonly WaitReasons _reasons;

        private Member(string id, FleetCore core)
        {
            _id = id;
            Core = core;
            _leases = new SqlLeaseStore(core.Database, TimeProvider.System);
            Waits = new SqlWaitStore(core.Database);
            Desk = new BundlingDesk(
                core.Mempools, null!, null!, new SubmissionQueue(), new HeadFeed(), new Drain(), Duties, Options.Create(new BundlingOptions()), NullLogger<BundlingDesk>.Instance);
            _reasons = new WaitReasons(core.Mempools, Desk, Duties, Waits);
            Teller = new WaitTeller(Waits, core.Mempools, Duties, NullLogger<WaitTeller>.Instance, TimeProvider.System);
        }

        public FleetCore Core { get; }

        public Duties Duties { get; } = new(TimeProvider.System);

        public BundlingDesk Desk { get; }

        public SqlWaitStore Waits { get; }

        public WaitTeller Teller { get; }

        public static async Task<Member> StartAsync(string id, PostgresTestDatabase place) => new(id, await FleetCore.StartAsync(place));

        /// <summary>At two looks: what waits at one of them is not told.</summary>
        public async Task TellAsync()
        {
            await Teller.TellAsync(default);
            await Teller.TellAsync(default);
        }

        public Task<string?> ReasonAsync(MempoolEntry entry) => _reasons.FindAsync(entry, default);

        /// <summary>A heartbeat after which it has these duties and no others.</summary>
        public async Task<FleetView> BeatAsync(params string[] duties)
        {
            FleetView view = await _leases.BeatAsync(
                new FleetNode { Id = _id, Version = "bundler/test", Roles = NodeRoles.All, Address = "", HeldUp = Desk.HeldUp }, _lease,
                seen => new LeaseDecision([.. duties.Where(name => seen.HeldBy(name)?.Holder != _id)], [.. seen.Of(_id).Select(lease => lease.Name).Except(duties)]), default);
            Duties.Renewed(view.Of(_id).Select(lease => lease.Fence), long.MaxValue);
            Duties.Fleet.Saw(view);
            return view;
        }
    }
}
