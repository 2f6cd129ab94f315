using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Erc7562;

public sealed class CreationRulesTests
{
    private static readonly Address _helper = A.AddressOf(7);

    [Test]
    public void OP_031_one_create2_that_deploys_the_sender_is_fine() =>
        Assert.That(A.Trace().InFactory(frame => frame.Creates(A.Account)).Violations(), Is.Empty);

    [Test]
    public void OP_031_a_helper_of_the_factory_may_do_it() =>
        Assert.That(A.Trace().InFactory(frame => frame.Calls(_helper, helper => helper.Creates(A.Account))).Violations(), Is.Empty);

    [Test]
    public void OP_031_a_second_create2_is_a_violation() =>
        Assert.That(Rules(A.Trace().InFactory(frame => frame.Creates(A.Account).Calls(_helper, helper => helper.Creates(A.Contract)))),
            Is.EqualTo(new[] { Erc7562Rule.Op031 }));

    [Test]
    public void OP_031_two_create2_in_one_frame_are_a_violation() =>
        Assert.That(Rules(A.Trace().InFactory(frame => frame.Creates(A.Account).Creates(A.Contract))), Is.EqualTo(new[] { Erc7562Rule.Op031 }));

    [Test]
    public void OP_031_a_create2_of_something_else_is_a_violation() =>
        Assert.That(Rules(A.Trace().InFactory(frame => frame.Creates(A.Contract))), Is.EqualTo(new[] { Erc7562Rule.Op031 }));

    [TestCase(EntityKind.Account)]
    [TestCase(EntityKind.Paymaster)]
    public void OP_031_create2_outside_deployment_is_a_violation(EntityKind entity) =>
        Assert.That(Rules(A.Trace().In(entity, frame => frame.Creates(A.Contract))), Is.EqualTo(new[] { Erc7562Rule.Op031 }));

    [Test]
    public void OP_011_create_by_an_unstaked_factory_is_a_violation() =>
        Assert.That(Rules(A.Trace().InFactory(frame => frame.Creates(A.Account, CallKind.Create))), Is.EqualTo(new[] { Erc7562Rule.Op011 }));

    [Test]
    public void OP_032_the_sender_may_create_where_there_is_a_factory()
    {
        Assert.That(A.Trace().Deploying().InAccount(frame => frame.Creates(A.Contract, CallKind.Create)).Violations(), Is.Empty);
        Assert.That(
            A.Trace().InFactory(frame => frame.Creates(A.Account, inside: sender => sender.Creates(A.Contract, CallKind.Create))).Violations(), Is.Empty);
    }

    [Test]
    public void OP_032_code_that_the_sender_delegates_to_creates_as_the_sender() =>
        Assert.That(
            A.Trace().Deploying().InAccount(frame => frame.Delegates(_helper, inside => inside.Creates(A.Contract, CallKind.Create))).Violations(), Is.Empty);

    [Test]
    public void OP_032_the_sender_may_not_create_without_a_factory() =>
        Assert.That(Rules(A.Trace().InAccount(frame => frame.Creates(A.Contract, CallKind.Create))), Is.EqualTo(new[] { Erc7562Rule.Op011 }));

    [Test]
    public void OP_032_a_helper_of_the_sender_may_not_create() =>
        Assert.That(
            Rules(A.Trace().Deploying().InAccount(frame => frame.Calls(_helper, helper => helper.Creates(A.Contract, CallKind.Create)))),
            Is.EqualTo(new[] { Erc7562Rule.Op011 }));

    [TestCase(CallKind.Create)]
    [TestCase(CallKind.Create2)]
    public void EREP_060_with_a_staked_factory_factory_and_sender_may_create(CallKind kind)
    {
        Assert.That(A.Trace().Staked(A.Factory).InFactory(frame => frame.Creates(A.Account).Creates(A.Contract, kind)).Violations(), Is.Empty);
        Assert.That(A.Trace().Staked(A.Factory).Deploying().InAccount(frame => frame.Creates(A.Contract, kind)).Violations(), Is.Empty);
    }

    [Test]
    public void EREP_060_a_staked_factory_frees_no_helper_of_the_sender() =>
        Assert.That(
            Rules(A.Trace().Staked(A.Factory).Deploying().InAccount(frame => frame.Calls(_helper, helper => helper.Creates(A.Contract)))),
            Is.EqualTo(new[] { Erc7562Rule.Op031 }));

    [Test]
    public void EREP_060_a_staked_factory_does_not_free_the_paymaster() =>
        Assert.That(
            Rules(A.Trace().Staked(A.Factory).Deploying().InPaymaster(frame => frame.Creates(A.Contract, CallKind.Create))),
            Is.EqualTo(new[] { Erc7562Rule.Op011 }));

    [Test]
    public void EREP_061_a_staked_factory_may_have_a_helper_that_creates() =>
        Assert.That(
            A.Trace().Staked(A.Factory).InFactory(frame => frame.Calls(_helper, helper => helper.Creates(A.Account, CallKind.Create))).Violations(), Is.Empty);

    private static IEnumerable<string> Rules(TraceBuilder trace) => trace.Violations().Select(violation => violation.Rule);
}
