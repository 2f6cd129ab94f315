using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Erc7562;

public sealed class OpcodeRulesTests
{
    private static readonly string[] _banned =
    [
        "ORIGIN", "GASPRICE", "BLOCKHASH", "COINBASE", "TIMESTAMP", "NUMBER", "PREVRANDAO", "GASLIMIT", "BASEFEE", "BLOBHASH", "BLOBBASEFEE", "INVALID",
        "SELFDESTRUCT",
    ];

    [Test]
    public void An_ordinary_operation_breaks_no_rule() =>
        Assert.That(A.Trace().Deploying().Paymastered().InFactory(frame => frame.Creates(A.Account)).Violations(), Is.Empty);

    [Test]
    public void OP_011_a_banned_opcode_is_a_violation_of_the_entity_that_runs_it(
        [ValueSource(nameof(_banned))] string opcode, [Values(EntityKind.Account, EntityKind.Factory, EntityKind.Paymaster)] EntityKind entity)
    {
        RuleViolation violation = A.Trace().In(entity, frame => frame.Calls(A.Contract, inside => inside.Uses(opcode))).Violations().Single();

        Assert.That(violation.Rule, Is.EqualTo(Erc7562Rule.Op011));
        Assert.That(violation.Entity.Kind, Is.EqualTo(entity));
        Assert.That(violation.Message, Is.EqualTo($"{violation.Entity.Title} uses banned opcode: {(opcode == "PREVRANDAO" ? "DIFFICULTY (PREVRANDAO)" : opcode)}"));
        Assert.That(violation.Address, Is.EqualTo(A.Contract));
        Assert.That(violation.CuredByStake, Is.False);
    }

    [Test]
    public void OP_011_the_path_leads_to_the_frame() =>
        Assert.That(
            A.Trace().Deploying().InAccount(frame => frame.Calls(A.Contract).Calls(A.Contract, inside => inside.Uses("NUMBER"))).Violations().Single().FramePath,
            Is.EqualTo("1.1"));

    [Test]
    public void OP_012_gas_that_is_not_before_a_call_is_a_violation() =>
        Assert.That(
            A.Trace().InAccount(frame => frame.Uses("GAS")).Violations().Single(),
            Has.Property("Rule").EqualTo(Erc7562Rule.Op012).And.Property("Message").EqualTo("account uses banned opcode: GAS"));

    [TestCase("0x0c")]
    [TestCase("0x21")]
    [TestCase("0xef")]
    public void OP_013_an_unassigned_opcode_is_a_violation(string opcode) =>
        Assert.That(
            A.Trace().InPaymaster(frame => frame.Uses(opcode)).Violations().Single(),
            Has.Property("Rule").EqualTo(Erc7562Rule.Op013).And.Property("Message").EqualTo($"paymaster uses unassigned opcode: {opcode}"));

    [Test]
    public void OP_020_a_frame_that_runs_out_of_gas_is_a_violation() =>
        Assert.That(
            A.Trace().InAccount(frame => frame.Calls(A.Contract, inside => inside.RunsOutOfGas())).Violations().Single().Rule,
            Is.EqualTo(Erc7562Rule.Op020));

    [TestCase("BALANCE")]
    [TestCase("SELFBALANCE")]
    public void OP_080_looking_at_balances_needs_stake(string opcode)
    {
        RuleViolation violation = A.Trace().InPaymaster(frame => frame.Uses(opcode)).Violations().Single();

        Assert.That(violation.Rule, Is.EqualTo(Erc7562Rule.Op080));
        Assert.That(violation.CuredByStake, Is.True);
        Assert.That(violation.Message, Is.EqualTo($"unstaked paymaster uses banned opcode: {opcode}"));
        Assert.That(A.Trace().InPaymaster(frame => frame.Uses(opcode)).Staked(A.Paymaster).Violations(), Is.Empty);
    }

    [Test]
    public void SREP_010_a_stake_that_is_too_small_or_too_short_is_none()
    {
        TraceBuilder trace = A.Trace().InPaymaster(frame => frame.Uses("BALANCE"));

        Assert.That(trace.WithStake(A.Paymaster, 999, 86_400).Violations(), Has.Count.EqualTo(1));
        Assert.That(trace.WithStake(A.Paymaster, 1_000, 86_399).Violations(), Has.Count.EqualTo(1));
        Assert.That(trace.WithStake(A.Paymaster, 1_000, 86_400).Violations(), Is.Empty);
    }

    [Test]
    public void Every_rule_has_a_place_in_the_list() =>
        Assert.That(
            Erc7562Rules.All.Select(rule => rule.GetType()),
            Is.EquivalentTo(typeof(IErc7562Rule).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IErc7562Rule)))));
}
