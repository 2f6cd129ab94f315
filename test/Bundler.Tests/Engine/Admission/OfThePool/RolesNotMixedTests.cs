using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class RolesNotMixedTests
{
    private static readonly UserOperation _own = A.UserOperation();
    private static readonly UserOperation _other = A.UserOperation() with { Sender = A.AddressOf(1) };

    private AdmissionBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new AdmissionBench();

    [Test]
    public async Task STO_040_a_sender_that_is_the_factory_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other with { Factory = A.Account });

        Assert.That(Broken(_own), Is.EqualTo(new Entity(EntityKind.Account, A.Account)));
    }

    [Test]
    public async Task STO_040_a_sender_that_is_the_paymaster_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other with { Paymaster = A.Account });

        Assert.That(Broken(_own), Is.EqualTo(new Entity(EntityKind.Account, A.Account)));
    }

    [Test]
    public async Task STO_040_a_sender_that_is_the_aggregator_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other, A.Validation() with { Aggregator = A.Account });

        Assert.That(Broken(_own), Is.EqualTo(new Entity(EntityKind.Account, A.Account)));
    }

    [Test]
    public async Task STO_040_a_factory_that_is_the_sender_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other);

        Assert.That(Broken(_own with { Factory = _other.Sender }), Is.EqualTo(new Entity(EntityKind.Factory, _other.Sender)));
    }

    [Test]
    public async Task STO_040_a_paymaster_that_is_the_sender_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other);

        Assert.That(Broken(_own with { Paymaster = _other.Sender }), Is.EqualTo(new Entity(EntityKind.Paymaster, _other.Sender)));
    }

    [Test]
    public async Task STO_040_an_aggregator_that_is_the_sender_of_a_pending_operation_is_refused()
    {
        await _bench.PendAsync(_other);
        AdmissionContext context = AdmissionBench.Of(_own) with { Validation = A.Validation() with { Aggregator = _other.Sender } };

        Assert.That(Broken(context), Is.EqualTo(new Entity(EntityKind.Aggregator, _other.Sender)));
    }

    [Test]
    public async Task STO_040_a_common_paymaster_and_factory_are_fine()
    {
        await _bench.PendAsync(_other with { Factory = A.Factory, Paymaster = A.Paymaster });

        Assert.That(Broken(_own with { Factory = A.Factory, Paymaster = A.Paymaster }), Is.Null);
    }

    [Test]
    public async Task STO_040_two_operations_of_one_sender_are_fine()
    {
        await _bench.PendAsync(_own);

        Assert.That(Broken(_own with { Nonce = 1 }), Is.Null);
    }

    [Test]
    public async Task STO_040_its_code_is_that_of_a_broken_rule()
    {
        await _bench.PendAsync(_other with { Paymaster = A.Account });

        Assert.That(_bench.Ask(new RolesNotMixed(), AdmissionBench.Of(_own))?.Code, Is.EqualTo(-32502));
    }

    private Entity? Broken(UserOperation operation) => Broken(AdmissionBench.Of(operation));

    private Entity? Broken(AdmissionContext context)
    {
        RuleViolation? violation = ((Rejection.RuleViolated?)_bench.Ask(new RolesNotMixed(), context))?.Violation;
        Assert.That(violation?.Rule ?? "STO-040", Is.EqualTo("STO-040"));
        return violation?.Entity;
    }
}
