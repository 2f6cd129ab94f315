using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Erc7562;

public sealed class CodeAccessRulesTests
{
    private static readonly Address _entryPoint = A.EntryPoint.Address;

    [Test]
    public void OP_041_a_call_of_an_address_without_code_is_a_violation()
    {
        RuleViolation violation = A.Trace().InAccount(frame => frame.Calls(A.Contract, size: 0)).Violations().Single();

        Assert.That(violation.Rule, Is.EqualTo(Erc7562Rule.Op041));
        Assert.That(violation.Address, Is.EqualTo(A.Contract));
        Assert.That(violation.Opcode, Is.EqualTo("CALL"));
    }

    [Test]
    public void OP_041_looking_at_an_address_without_code_is_a_violation() =>
        Assert.That(Rules(A.Trace().InPaymaster(frame => frame.LooksAt(A.Contract, size: 0))), Is.EqualTo(new[] { Erc7562Rule.Op041 }));

    [Test]
    public void OP_041_what_was_just_created_has_code() =>
        Assert.That(
            A.Trace().Deploying().InAccount(frame => frame.Creates(A.Contract, CallKind.Create).Calls(A.Contract, size: 0)).Violations(), Is.Empty);

    [Test]
    public void OP_042_the_sender_may_be_looked_at_while_it_is_deployed() =>
        Assert.That(A.Trace().InFactory(frame => frame.LooksAt(A.Account, size: 0).Creates(A.Account)).Violations(), Is.Empty);

    [Test]
    public void OP_051_the_entry_points_size_before_iszero_is_fine() =>
        Assert.That(A.Trace().InAccount(frame => frame.LooksAt(_entryPoint, beforeIsZero: true)).Violations(), Is.Empty);

    [Test]
    public void OP_054_the_entry_points_code_otherwise_is_a_violation() =>
        Assert.That(Rules(A.Trace().InAccount(frame => frame.LooksAt(_entryPoint))), Is.EqualTo(new[] { Erc7562Rule.Op054 }));

    [Test]
    public void OP_052_sender_and_factory_may_deposit_for_the_sender()
    {
        Assert.That(A.Trace().InAccount(frame => frame.Calls(_entryPoint, call => Deposit(call, A.Account))).Violations(), Is.Empty);
        Assert.That(A.Trace().InFactory(frame => frame.Creates(A.Account).Calls(_entryPoint, call => Deposit(call, A.Account))).Violations(), Is.Empty);
    }

    [Test]
    public void OP_052_a_deposit_for_another_or_from_another_is_a_violation()
    {
        Assert.That(Rules(A.Trace().InAccount(frame => frame.Calls(_entryPoint, call => Deposit(call, A.Contract)))), Does.Contain(Erc7562Rule.Op054));
        Assert.That(Rules(A.Trace().InPaymaster(frame => frame.Calls(_entryPoint, call => Deposit(call, A.Account)))), Does.Contain(Erc7562Rule.Op054));
    }

    [TestCase(0)]
    [TestCase(5)]
    public void OP_053_the_sender_may_send_money_to_the_entry_point(int wei) =>
        Assert.That(A.Trace().InAccount(frame => frame.Calls(_entryPoint, call => call.WithValue(wei))).Violations(), Is.Empty);

    [Test]
    public void OP_053_a_contract_that_the_account_calls_may_too() =>
        Assert.That(A.Trace().InAccount(frame => frame.Calls(A.Contract, helper => helper.Calls(_entryPoint, call => call.WithValue(5)))).Violations(), Is.Empty);

    [Test]
    public void OP_052_a_contract_that_the_account_calls_may_deposit_for_the_account_or_itself()
    {
        Assert.That(ByHelper(A.Account), Is.Empty);
        Assert.That(ByHelper(A.Contract), Is.Empty);
        Assert.That(ByHelper(A.Paymaster).Select(violation => violation.Rule), Does.Contain(Erc7562Rule.Op054));

        IReadOnlyList<RuleViolation> ByHelper(Address credited) =>
            A.Trace().InAccount(frame => frame.Calls(A.Contract, helper => helper.Calls(_entryPoint, call => Deposit(call, credited)))).Violations();
    }

    [TestCase(EntityKind.Paymaster)]
    [TestCase(EntityKind.Factory)]
    public void OP_053_nobody_else_may(EntityKind kind) =>
        Assert.That(
            Rules(A.Trace().In(kind, frame => frame.Calls(A.Contract, helper => helper.Calls(_entryPoint, call => call.WithValue(5))))),
            Is.SupersetOf(new[] { Erc7562Rule.Op054, Erc7562Rule.Op061 }));

    [Test]
    public void OP_055_the_sender_may_increment_its_nonce()
    {
        Assert.That(A.Trace().InAccount(frame => frame.Calls(_entryPoint, Increment)).Violations(), Is.Empty);
        Assert.That(Rules(A.Trace().InPaymaster(frame => frame.Calls(_entryPoint, Increment))), Is.EqualTo(new[] { Erc7562Rule.Op054 }));
    }

    [Test]
    public void OP_054_any_other_method_is_a_violation() =>
        Assert.That(
            A.Trace().InAccount(frame => frame.Calls(_entryPoint, call => call.WithSelector(EntryPointCalls.GetNonce.Selector))).Violations().Single().Message,
            Is.EqualTo("account calls the EntryPoint method 0x35567e1a"));

    [Test]
    public void OP_054_code_of_the_entry_point_may_not_be_borrowed() =>
        Assert.That(Rules(A.Trace().InAccount(frame => frame.Delegates(_entryPoint))), Is.EqualTo(new[] { Erc7562Rule.Op054 }));

    [Test]
    public void OP_061_a_call_with_value_is_a_violation() =>
        Assert.That(Rules(A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.WithValue(1)))), Is.EqualTo(new[] { Erc7562Rule.Op061 }));

    [TestCase(0x01)]
    [TestCase(0x11)]
    [TestCase(0x100)]
    public void OP_062_precompiles_without_state_are_fine(int number) =>
        Assert.That(A.Trace().InAccount(frame => frame.Calls(Precompile(number), size: 0)).Violations(), Is.Empty);

    [TestCase(0x12)]
    [TestCase(0x64)]
    [TestCase(0x69)]
    [TestCase(0xff)]
    [TestCase(0x101)]
    public void OP_062_other_precompiles_are_a_violation(int number) =>
        Assert.That(
            A.Trace().InAccount(frame => frame.Calls(Precompile(number), size: 0)).Violations().Single(),
            Has.Property("Rule").EqualTo(Erc7562Rule.Op062).And.Property("Message").EqualTo($"account uses forbidden precompile: 0x{number:x}"));

    [Test]
    public void AUTH_020_a_delegated_account_may_not_be_a_paymaster() =>
        Assert.That(Rules(A.Trace().Paymastered().Delegated(A.Paymaster)), Is.EqualTo(new[] { Erc7562Rule.Auth020 }));

    [Test]
    public void AUTH_030_a_delegated_account_may_not_be_touched_unless_it_is_the_sender()
    {
        Assert.That(Rules(A.Trace().Delegated(A.Contract).InAccount(frame => frame.Calls(A.Contract, size: 23))), Is.EqualTo(new[] { Erc7562Rule.Auth030 }));
        Assert.That(Rules(A.Trace().Delegated(A.Contract).InAccount(frame => frame.LooksAt(A.Contract, size: 23))), Is.EqualTo(new[] { Erc7562Rule.Auth030 }));
        Assert.That(A.Trace().Delegated(A.Account).InPaymaster(frame => frame.Calls(A.Account, size: 23)).Violations(), Is.Empty);
    }

    private static void Deposit(FrameBuilder call, Address account) => call.WithValue(7).WithInput(EntryPointCalls.DepositTo.EncodeCall(account));

    private static void Increment(FrameBuilder call) => call.WithInput(EntryPointCalls.IncrementNonce.EncodeCall(UInt256.Zero));

    private static Address Precompile(int number) => Address.FromWord(Hash32.From(number).Span);

    private static IEnumerable<string> Rules(TraceBuilder trace) => trace.Violations().Select(violation => violation.Rule);
}
