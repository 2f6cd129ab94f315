using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TrackRecordTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ReputationLedger _reputation = new(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
    private TrackRecord _record = null!;

    [SetUp]
    public void SetUp() => _record = new TrackRecord(_reputation, new StakePolicy(A.Chain), _clock);

    [Test]
    public void A_sender_has_one_once_it_was_included()
    {
        MempoolEntry entry = A.Entry(A.UserOperation());

        Assert.That(_record.Has(entry), Is.False);
        _record.Included(A.Account);
        Assert.That(_record.Has(entry), Is.True);
    }

    [Test]
    public void A_stake_is_one_from_the_start()
    {
        ValidationResult staked = A.Validation() with { Stakes = new Dictionary<Address, StakeInfo> { [A.Account] = A.Staked(A.Account) } };

        Assert.That(_record.Has(A.Entry(A.UserOperation(), staked)), Is.True);
    }

    [Test]
    public void A_paymaster_needs_one_too()
    {
        MempoolEntry entry = A.Entry(A.UserOperation() with { Paymaster = A.Paymaster });
        _record.Included(A.Account);

        Assert.That(_record.Has(entry), Is.False);
        _reputation.Seen(A.EntryPoint.Address, [A.Paymaster]);
        _reputation.Included(A.EntryPoint.Address, [A.Paymaster]);
        Assert.That(_record.Has(entry), Is.True);
        _reputation.Throttle(A.EntryPoint.Address, A.Paymaster);
        Assert.That(_record.Has(entry), Is.False);
    }

    [Test]
    public void Whose_bundle_reverted_is_a_stranger_and_travels_alone_for_an_hour_whatever_is_included_meanwhile()
    {
        _record.Included(A.Account);
        _record.Reverted(A.Account);
        _record.Included(A.Account);

        Assert.That((_record.Has(A.Entry(A.UserOperation())), _record.TravelsAlone(A.Account)), Is.EqualTo((false, true)));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That((_record.Has(A.Entry(A.UserOperation())), _record.TravelsAlone(A.Account)), Is.EqualTo((true, false)));
    }
}
