using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RiskPurseTests
{
    private readonly MemoryLedgerStore _ledger = new();

    [Test]
    public async Task There_is_no_room_before_the_ledger_was_read()
    {
        RiskPurse purse = Purse();

        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo(UInt256.Zero));
        await purse.CountAsync(default);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)1_000));
    }

    [Test]
    public async Task What_is_in_flight_takes_room_until_the_ledger_that_has_it_was_read()
    {
        RiskPurse purse = await CountedAsync();
        Guid bundle = Guid.NewGuid();

        Assert.That(purse.TryPut(bundle, 600, hasStrangers: false), Is.True);
        Assert.That(purse.TryPut(Guid.NewGuid(), 401, hasStrangers: false), Is.False);
        Add(paid: 500, received: 0);
        purse.Settled(bundle);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)400));
        await purse.CountAsync(default);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)500));
    }

    [Test]
    public async Task What_other_nodes_have_at_risk_takes_room_and_what_this_one_has_stored_counts_once()
    {
        RiskPurse purse = Purse();
        Guid own = Guid.NewGuid();
        _ledger.Risk = new StoredRisk(UInt256.Zero, [new StoredStake(own, 100, false), new StoredStake(Guid.NewGuid(), 300, true)]);
        await purse.CountAsync(default);

        purse.Put(own, 100);

        Assert.That((purse.Room(hasStrangers: false), purse.Room(hasStrangers: true)), Is.EqualTo(((UInt256)600, (UInt256)200)));
        Assert.That(purse.Standing.AtRisk, Is.EqualTo((UInt256)400));
    }

    [Test]
    public async Task A_loss_of_another_life_counts_from_the_stored_peak()
    {
        RiskPurse purse = Purse();
        _ledger.Risk = new StoredRisk(700, []);
        Add(paid: 0, received: 500);
        await purse.CountAsync(default);

        Assert.That((purse.Room(hasStrangers: false), purse.Standing.Lost), Is.EqualTo(((UInt256)800, (UInt256)200)));
    }

    [Test]
    public async Task A_bundle_puts_in_only_what_its_next_version_costs_more()
    {
        RiskPurse purse = await CountedAsync();
        Guid bundle = Guid.NewGuid();

        Assert.That(purse.TryPut(bundle, 600, hasStrangers: false), Is.True);
        Assert.That(purse.TryPut(bundle, 1_000, hasStrangers: false), Is.True);
        Assert.That(purse.TryPut(bundle, 1_001, hasStrangers: false), Is.False);
        Assert.That(purse.TryPut(bundle, 500, hasStrangers: false), Is.True);
        Assert.That(purse.Standing.AtRisk, Is.EqualTo((UInt256)1_000));
    }

    [Test]
    public async Task Losses_shrink_the_room_and_earnings_give_it_back_up_to_the_allowance()
    {
        RiskPurse purse = await CountedAsync();

        Add(paid: 400, received: 0);
        await purse.CountAsync(default);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)600));
        Add(paid: 100, received: 300);
        await purse.CountAsync(default);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)800));
        Add(paid: 0, received: 5_000);
        await purse.CountAsync(default);
        Assert.That(purse.Room(hasStrangers: false), Is.EqualTo((UInt256)1_000));
        Add(paid: 300, received: 0);
        await purse.CountAsync(default);
        Assert.That((purse.Room(hasStrangers: false), purse.Standing.Lost), Is.EqualTo(((UInt256)700, (UInt256)300)));
    }

    [Test]
    public async Task A_loss_of_an_earlier_life_counts_when_nothing_was_earned_since_the_beginning()
    {
        Add(paid: 400, received: 0);

        Assert.That((await CountedAsync()).Room(hasStrangers: false), Is.EqualTo((UInt256)600));
    }

    [Test]
    public async Task Strangers_have_half_of_it_and_others_do_not_take_that_from_them()
    {
        RiskPurse purse = await CountedAsync();

        Assert.That(purse.Room(hasStrangers: true), Is.EqualTo((UInt256)500));
        Assert.That(purse.TryPut(Guid.NewGuid(), 400, hasStrangers: false), Is.True);
        Assert.That(purse.Room(hasStrangers: true), Is.EqualTo((UInt256)500));
        Assert.That(purse.TryPut(Guid.NewGuid(), 450, hasStrangers: true), Is.True);
        Assert.That((purse.Room(hasStrangers: true), purse.Room(hasStrangers: false)), Is.EqualTo(((UInt256)50, (UInt256)150)));
        Add(paid: 100, received: 0);
        await purse.CountAsync(default);
        Assert.That((purse.Room(hasStrangers: true), purse.Room(hasStrangers: false)), Is.EqualTo((UInt256.Zero, (UInt256)50)));
    }

    [TestCase(0UL, false)]
    [TestCase(1_000UL, true)]
    public void Without_an_allowance_or_where_nothing_reverts_there_is_no_bound(ulong allowance, bool neverReverts)
    {
        RiskPurse purse = Purse(allowance, neverReverts);

        Assert.That(purse.IsBounded, Is.False);
        Assert.That(purse.TryPut(Guid.NewGuid(), UInt256.MaxValue, hasStrangers: true), Is.True);
        Assert.That(purse.Room(hasStrangers: true), Is.EqualTo(UInt256.MaxValue));
    }

    [Test]
    public async Task Whatever_bundles_do_the_ledger_is_never_further_below_what_was_read_of_it_than_the_allowance([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        RiskPurse purse = await CountedAsync();
        List<(Guid Id, int Risk)> flying = [];
        long net = 0;
        long peak = 0;
        int reverted = 0;
        for (int i = 0; i < 400; i++)
        {
            int risk = random.Next(1, 400);
            Guid id = Guid.NewGuid();
            if (purse.TryPut(id, (ulong)risk, random.Next(2) == 0))
            {
                flying.Add((id, risk));
            }

            while (flying.Count > 0 && random.Next(2) == 0)
            {
                (Guid mined, int atRisk) = flying[random.Next(flying.Count)];
                flying.Remove((mined, atRisk));
                bool reverts = random.Next(3) > 0;
                reverted += reverts ? 1 : 0;
                Add(paid: (ulong)atRisk, received: reverts ? 0 : (ulong)(atRisk + random.Next(100)));
                net = _ledger.Entries.Sum(entry => (long)entry.FeesReceived - (long)entry.GasPaid);
                Assert.That(peak - net, Is.LessThanOrEqualTo(1_000));
                purse.Settled(mined);
            }

            if (random.Next(3) == 0)
            {
                await purse.CountAsync(default);
                peak = Math.Max(peak, net);
            }
        }

        Assert.That(reverted, Is.GreaterThan(3));
    }

    private async Task<RiskPurse> CountedAsync()
    {
        RiskPurse purse = Purse();
        await purse.CountAsync(default);
        return purse;
    }

    private RiskPurse Purse(ulong allowance = 1_000, bool neverReverts = false) => new(A.Chain with { RiskAllowanceWei = allowance }, _ledger, neverReverts);

    private void Add(ulong paid, ulong received) => _ledger.Entries.Add(new LedgerEntry
    {
        TransactionHash = Hash32.From(_ledger.Entries.Count),
        BlockNumber = 1,
        BlockHash = Hash32.Zero,
        TransactionIndex = 0,
        Time = A.Moment,
        Kind = LedgerKind.Bundle,
        Success = received > 0,
        BundleId = Guid.Empty,
        Signer = A.Account,
        Nonce = 0,
        EntryPoint = A.EntryPoint.Address,
        Beneficiary = A.Account,
        GasUsed = 1,
        EffectiveGasPrice = paid,
        GasPaid = paid,
        FeesReceived = received,
        Shares = [],
    });
}
