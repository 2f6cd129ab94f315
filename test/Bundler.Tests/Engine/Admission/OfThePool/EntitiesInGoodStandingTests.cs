using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class EntitiesInGoodStandingTests
{
    private static readonly UserOperation _sponsored = A.UserOperation() with { Factory = A.Factory, Paymaster = A.Paymaster };

    private AdmissionBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new AdmissionBench();

    [Test]
    public void GREP_010_entities_without_a_record_are_welcome() => Assert.That(Check(_sponsored), Is.Null);

    [TestCase(EntityKind.Account)]
    [TestCase(EntityKind.Factory)]
    [TestCase(EntityKind.Paymaster)]
    public void GREP_010_a_banned_entity_is_refused(EntityKind kind)
    {
        Address address = AddressOf(kind);
        _bench.Reputation.Ban(A.EntryPoint.Address, address);

        Rejection? rejection = Check(_sponsored);

        Assert.That(rejection, Is.EqualTo(new Rejection.EntityThrottledOrBanned(new Entity(kind, address), "banned")));
        Assert.That(rejection!.Code, Is.EqualTo(-32504));
    }

    [Test]
    public void GREP_010_a_ban_at_another_EntryPoint_does_not_count()
    {
        _bench.Reputation.Ban(A.Contract, A.Paymaster);

        Assert.That(Check(_sponsored), Is.Null);
    }

    [Test]
    public void GREP_010_a_banned_aggregator_is_refused_once_validation_has_named_it()
    {
        _bench.Reputation.Ban(A.EntryPoint.Address, A.Contract);
        AdmissionContext context = AdmissionBench.Of(_sponsored) with { Validation = A.Validation() with { Aggregator = A.Contract } };

        Rejection? rejection = _bench.Ask(new EntitiesInGoodStanding(_bench.Reputation), context);

        Assert.That(rejection, Is.EqualTo(new Rejection.EntityThrottledOrBanned(new Entity(EntityKind.Aggregator, A.Contract), "banned")));
    }

    [Test]
    public void GREP_010_the_EIP_7702_marker_is_no_entity()
    {
        _bench.Reputation.Ban(A.EntryPoint.Address, Eip7702Marker.Address);

        Assert.That(Check(_sponsored with { Factory = Eip7702Marker.Address }), Is.Null);
    }

    [TestCase(3, null)]
    [TestCase(4, -32504)]
    public async Task GREP_020_a_throttled_entity_has_four_pending_operations(int pending, int? code)
    {
        await _bench.PendOfManySendersAsync(_sponsored, pending);
        _bench.Reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check(_sponsored)?.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task GREP_020_operations_in_another_role_do_not_count()
    {
        await _bench.PendOfManySendersAsync(A.UserOperation() with { Factory = A.Paymaster }, 4);
        _bench.Reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check(_sponsored), Is.Null);
    }

    [Test]
    public async Task GREP_020_a_replacement_adds_nothing()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 4);
        _bench.Reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check(_sponsored with { Sender = A.AddressOf(0), MaxFeePerGas = 9_000_000_000 }), Is.Null);
    }

    [Test]
    public async Task GREP_020_a_replacement_that_brings_the_throttled_entity_in_adds_one()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 4);
        await _bench.PendAsync(A.UserOperation());
        _bench.Reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check(_sponsored)?.Code, Is.EqualTo(-32504));
    }

    [Test]
    public async Task GREP_020_an_entity_in_good_standing_may_have_more()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 5);

        Assert.That(Check(_sponsored), Is.Null);
    }

    private Rejection? Check(UserOperation operation) => _bench.Ask(new EntitiesInGoodStanding(_bench.Reputation), AdmissionBench.Of(operation));

    private static Address AddressOf(EntityKind kind) => kind switch
    {
        EntityKind.Factory => A.Factory,
        EntityKind.Paymaster => A.Paymaster,
        _ => A.Account,
    };
}
