using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

/// <summary>What is chosen for the next bundle, and what still fits into it after second validation.</summary>
public sealed class BundleChoiceTests
{
    private static readonly UserOperation _sponsored = A.UserOperation() with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 30_000 };
    private static readonly UInt256 _cost = A.EntryPoint.RequiredPrefund(_sponsored);

    private ManualTimeProvider _clock = null!;
    private Mempool _pool = null!;
    private SuspectList _suspects = null!;
    private BundleChoice _choice = null!;

    [SetUp]
    public void SetUp()
    {
        _clock = new ManualTimeProvider();
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), new MemoryMempoolStore(), new OperationFeed(), _clock);
        IOptions<BundlingOptions> options = Options.Create(new BundlingOptions());
        _suspects = new SuspectList(options, _clock);
        ServiceProvider services = new ServiceCollection()
            .AddSingleton(options)
            .AddSingleton(A.Chain)
            .AddSingleton(new WaitingForFees(_clock))
            .AddSingleton(new WaitingForHead())
            .AddSingleton(new StakePolicy(A.Chain))
            .AddSingleton(new HeadFeed())
            .AddSingleton<GasCeiling>()
            .AddSingleton(new RiskPurse(A.Chain, new MemoryLedgerStore(), neverReverts: true))
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<TrackRecord>()
            .AddSingleton<RiskWatch>()
            .AddSingleton<EngineMetrics>()
            .AddLogging()
            .AddSingleton(new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None))
            .BuildServiceProvider();
        _choice = new BundleChoice(new BundleLimits(services), _suspects, options, NullLogger<BundleChoice>.Instance);
    }

    [Test]
    public void A_suspect_that_pays_best_keeps_nobody_waiting_and_goes_alone_when_nobody_else_waits()
    {
        MempoolEntry suspect = Pending(1, tip: 9);
        MempoolEntry other = Pending(2, tip: 1);
        _suspects.FailedAlone(suspect.UserOpHash);

        Pass(1);
        Assert.That(Chosen(), Is.EqualTo(new[] { other }));
        _pool.Take([other.UserOpHash]);
        Assert.That(Chosen(), Is.EqualTo(new[] { suspect }));
    }

    [Test]
    public void A_suspect_that_pays_least_has_its_turn_two_seconds_after_its_pause()
    {
        MempoolEntry suspect = Pending(1, tip: 1);
        MempoolEntry[] better = [Pending(2, tip: 5), Pending(3, tip: 4)];
        _suspects.FailedAlone(suspect.UserOpHash);

        Pass(2.9);
        Assert.That(Chosen(), Is.EqualTo(better));
        Pass(0.1);
        Assert.That(Chosen(), Is.EqualTo(new[] { suspect }));
    }

    [Test]
    public void After_each_turn_of_a_suspect_the_others_have_theirs_however_many_suspects_wait()
    {
        MempoolEntry[] suspects = [Pending(1, tip: 1), Pending(2, tip: 1), Pending(3, tip: 1)];
        MempoolEntry other = Pending(4, tip: 9);
        foreach (MempoolEntry suspect in suspects)
        {
            _suspects.FailedAlone(suspect.UserOpHash);
            Pass(1);
        }

        Pass(10);

        // A suspect that has gone is not offered any more.
        List<MempoolEntry[]> bundles = [];
        for (int i = 0; i < 5; i++)
        {
            bundles.Add(Chosen());
            _pool.Take(bundles[^1].Where(suspects.Contains).Select(entry => entry.UserOpHash));
        }

        Assert.That(bundles, Is.EqualTo(new MempoolEntry[][] { [suspects[0]], [other], [suspects[1]], [other], [suspects[2]] }));
    }

    [Test]
    public void A_suspect_has_no_turn_before_what_it_follows()
    {
        MempoolEntry first = Pending(1, tip: 1, nonce: 0);
        MempoolEntry suspect = Pending(1, tip: 1, nonce: 1);
        _suspects.FailedAlone(suspect.UserOpHash);
        Pass(10);

        Assert.That(Chosen(), Is.EqualTo(new[] { first }));
    }

    [Test]
    public void Whoever_cannot_go_has_a_reason_and_leaves_his_place_to_those_behind_him()
    {
        // More than are looked at: their accounts have one on its way.
        MempoolEntry[] stuck = [.. Enumerable.Range(1, 500).Select(sender => Pending(sender, tip: 9, nonce: 1))];
        foreach (MempoolEntry before in stuck.Select((entry, i) => A.Entry(entry.Operation with { Nonce = A.Nonce(7, 0) }, sequence: 1_000 + i)))
        {
            _pool.Restore(before);
            _pool.Take([before.UserOpHash]);
        }

        MempoolEntry free = Pending(999, tip: 1);

        Assert.That(Chosen(), Is.EqualTo(new[] { free }));
        Assert.That(stuck.Select(_pool.WaitsBecause), Is.All.EqualTo("another operation of this sender is in flight"));
    }

    [Test]
    public void EREP_010_a_deposit_that_second_validation_finds_spent_leaves_out_what_it_does_not_cover()
    {
        MempoolEntry[] validated = [Sponsored(1, _cost * 2 - 1), Sponsored(2, _cost * 2 - 1)];

        Assert.That(_choice.StillFitting(_pool, LimitBench.Draft(), validated), Is.EqualTo(validated[..1]));
    }

    [Test]
    public void EREP_010_what_is_in_flight_is_paid_from_the_deposit_that_second_validation_finds()
    {
        MempoolEntry[] validated = [Sponsored(1, _cost * 2), Sponsored(2, _cost * 2)];

        Assert.That(_choice.StillFitting(_pool, LimitBench.Behind(Sponsored(3, _cost * 3)), validated), Is.EqualTo(validated[..1]));
    }

    [Test]
    public void What_follows_an_operation_that_fits_no_more_stays_with_it()
    {
        MempoolEntry follows = A.Entry(A.UserOperation() with { Sender = A.AddressOf(2), Nonce = A.Nonce(0, 1) });
        MempoolEntry[] validated = [Sponsored(1, _cost), Sponsored(2, _cost), follows];

        Assert.That(_choice.StillFitting(_pool, LimitBench.Draft(), validated), Is.EqualTo(validated[..1]));
    }

    [Test]
    public void What_still_fits_stays_as_it_was()
    {
        MempoolEntry[] validated = [Sponsored(1, _cost * 2), Sponsored(2, _cost * 2)];

        Assert.That(_choice.StillFitting(_pool, LimitBench.Draft(), validated), Is.EqualTo(validated));
    }

    private static MempoolEntry Sponsored(int sender, UInt256 deposit) => A.Entry(
        _sponsored with { Sender = A.AddressOf(sender) },
        A.Validation() with { Stakes = new Dictionary<Address, StakeInfo> { [A.Paymaster] = StakeInfo.None(A.Paymaster) with { Deposit = deposit } } });

    private void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private MempoolEntry[] Chosen() => [.. _choice.Choose(_pool, A.Fees).Select(hash => _pool.TryGet(hash, out MempoolEntry? entry) ? entry : null!)];

    private MempoolEntry Pending(int sender, ulong tip, ulong nonce = 0)
    {
        MempoolEntry entry = A.Entry(A.UserOperation() with
        {
            Sender = A.AddressOf(sender),
            Nonce = A.Nonce(0, nonce),
            MaxFeePerGas = tip * 1_000_000_000,
            MaxPriorityFeePerGas = tip * 1_000_000_000,
        });
        _pool.Restore(entry);
        return _pool.TryGet(entry.UserOpHash, out MempoolEntry? pending) ? pending : throw new AssertionException("it is not in the pool");
    }
}
