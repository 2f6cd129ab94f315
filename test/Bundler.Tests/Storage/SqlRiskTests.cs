using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

/// <summary>Two nodes with keys of their own, and one purse.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlRiskTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const ulong Allowance = 100;

    private readonly Guid _one = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();
    private int _number;
    private Fence _a = null!;
    private Fence _b = null!;
    private Fence _index = null!;

    private SqlSubmissionStore Submissions => new(Database);

    private SqlOperationHistoryStore History => new(Database);

    [SetUp]
    public async Task TakeAsync()
    {
        _a = await TakeAsync("a", "signer:a");
        _b = await TakeAsync("b", "signer:b");
        _index = await TakeAsync("a", DutyNames.Index);
    }

    [Test]
    public async Task Two_nodes_do_not_both_spend_the_last_wei()
    {
        Recording first = await PutAsync(_one, 60, _a);
        Recording tooMuch = await PutAsync(_other, 41, _b);
        Recording rest = await PutAsync(_other, 40, _b);

        Assert.That((first, tooMuch, rest), Is.EqualTo((Recording.Stored, Recording.TooRisky, Recording.Stored)));
        Assert.That((await Submissions.LoadOpenAsync(default)).Count, Is.EqualTo(2), "what is too risky is not stored");
    }

    [Test]
    public async Task Strangers_of_all_nodes_share_half_of_it()
    {
        Recording first = await PutAsync(_one, 30, _a, hasStrangers: true);
        Recording strangers = await PutAsync(_other, 21, _b, hasStrangers: true);
        Recording known = await PutAsync(_other, 21, _b);

        Assert.That((first, strangers, known), Is.EqualTo((Recording.Stored, Recording.TooRisky, Recording.Stored)));
    }

    [Test]
    public async Task A_replacement_puts_in_only_what_it_costs_more()
    {
        await PutAsync(_one, 60, _a);
        Recording dearer = await PutAsync(_one, 100, _a);
        Recording beyond = await PutAsync(_one, 101, _a);

        Assert.That((dearer, beyond), Is.EqualTo((Recording.Stored, Recording.TooRisky)));
    }

    [Test]
    public async Task What_was_never_mined_is_free_again()
    {
        await PutAsync(_one, 100, _a);
        await Submissions.CloseAsync(_one, BundleEnd.Abandoned, null, _a, default);

        Assert.That(await PutAsync(_other, 100, _b), Is.EqualTo(Recording.Stored));
    }

    [Test]
    public async Task What_was_mined_is_at_risk_until_the_ledger_has_what_it_did_cost()
    {
        LedgerEntry entry = Stored.Entry(1, 1) with { BundleId = _one, FeesReceived = 90 };
        await PutAsync(_one, 100, _a);
        await Submissions.CloseAsync(_one, BundleEnd.Mined, entry.TransactionHash, _a, default);
        Recording before = await PutAsync(_other, 1, _b);
        await AddAsync(1, entry);
        Recording after = await PutAsync(_other, 100, _b);

        Assert.That((before, after), Is.EqualTo((Recording.TooRisky, Recording.Stored)));
    }

    [Test]
    public async Task What_the_ledger_had_before_the_bundle_was_closed_is_free_when_it_is()
    {
        LedgerEntry entry = Stored.Entry(1, 1) with { BundleId = _one, FeesReceived = 90 };
        await PutAsync(_one, 100, _a);
        await AddAsync(1, entry);
        await Submissions.CloseAsync(_one, BundleEnd.Mined, entry.TransactionHash, _a, default);

        Assert.That(await PutAsync(_other, 100, _b), Is.EqualTo(Recording.Stored));
    }

    [Test]
    public async Task A_loss_counts_from_the_peak_that_the_ledger_has_shown_also_after_all_nodes_began_anew()
    {
        await AddAsync(1, Stored.Entry(1, 1) with { GasPaid = 90, FeesReceived = 150 });
        await AddAsync(2, Stored.Entry(2, 2) with { GasPaid = 70, FeesReceived = 0, Success = false });
        await ReopenAsync();

        Recording tooMuch = await PutAsync(_one, 31, _a);
        Recording rest = await PutAsync(_one, 30, _a);

        Assert.That((tooMuch, rest), Is.EqualTo((Recording.TooRisky, Recording.Stored)));
    }

    private async Task<Fence> TakeAsync(string node, string duty)
    {
        FleetNode self = new() { Id = node, Version = "bundler/test", Roles = NodeRoles.All, Address = "" };
        FleetView view = await new SqlLeaseStore(Database, TimeProvider.System).BeatAsync(self, TimeSpan.FromHours(1), _ => new LeaseDecision([duty], []), default);
        return view.HeldBy(duty)!.Fence;
    }

    private Task<Recording> PutAsync(Guid bundle, ulong wei, Fence fence, bool hasStrangers = false) => Submissions.AddAsync(
        Stored.Transaction(++_number, bundle) with { Stake = new BundleStake(wei, hasStrangers, Allowance) }, fence, default);

    private Task AddAsync(ulong block, LedgerEntry entry) => History.AddBlockAsync(Stored.Block(Stored.Mark(block)) with { Ledger = [entry] }, _index, default);
}
