using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Erc7562;

public sealed class StorageRulesTests
{
    private static readonly Hash32 _slot = Hash32.From(5);
    private static readonly Address _library = A.AddressOf(8);

    [Test]
    public void STO_010_the_accounts_own_storage_is_free_for_all()
    {
        Assert.That(A.Trace().InAccount(frame => frame.Reads(_slot).Writes(_slot)).Violations(), Is.Empty);
        Assert.That(A.Trace().InPaymaster(frame => frame.Calls(A.Account, call => call.Reads(_slot))).Violations(), Is.Empty);
        Assert.That(A.Trace().InFactory(frame => frame.Creates(A.Account, inside: account => account.Writes(_slot))).Violations(), Is.Empty);
    }

    [Test]
    public void STO_010_a_delegate_frame_writes_the_storage_of_its_caller() =>
        Assert.That(A.Trace().InAccount(frame => frame.Delegates(_library, code => code.Writes(_slot))).Violations(), Is.Empty);

    [Test]
    public void STO_021_other_storage_is_inaccessible_to_the_account()
    {
        RuleViolation write = A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Writes(_slot))).Violations().Single();

        Assert.That(write.Rule, Is.EqualTo(Erc7562Rule.Sto021));
        Assert.That(write.Message, Is.EqualTo($"account accesses inaccessible storage at address {A.Contract} slot {_slot}"));
        Assert.That(write.Slot, Is.EqualTo(_slot));
        Assert.That(A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Reads(_slot))).Violations(), Has.Count.EqualTo(1));
    }

    [Test]
    public void STO_021_a_delegate_frame_of_another_contract_is_that_contracts_storage() =>
        Assert.That(
            A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Delegates(_library, code => code.Reads(_slot)))).Violations().Single().Address,
            Is.EqualTo(A.Contract));

    [TestCase(0)]
    [TestCase(128)]
    public void STO_021_slots_associated_with_the_account_are_free(int offset) =>
        Assert.That(
            A.Trace().Hashed(Preimage(A.Account, 3)).InAccount(frame => frame.Calls(A.Contract, call => call.Writes(Associated(A.Account, 3, offset)))).Violations(),
            Is.Empty);

    [Test]
    public void STO_021_the_slot_that_is_the_address_is_associated() =>
        Assert.That(A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Writes(A.Account.ToWord()))).Violations(), Is.Empty);

    [Test]
    public void STO_021_a_slot_too_far_behind_is_not_associated() =>
        Assert.That(
            A.Trace().Hashed(Preimage(A.Account, 3)).InAccount(frame => frame.Calls(A.Contract, call => call.Reads(Associated(A.Account, 3, 129)))).Violations(),
            Has.Count.EqualTo(1));

    [Test]
    public void STO_021_a_slot_whose_preimage_was_never_hashed_is_not_associated() =>
        Assert.That(A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Reads(Associated(A.Account, 3, 0)))).Violations(), Has.Count.EqualTo(1));

    [Test]
    public void STO_021_a_slot_of_another_account_is_not_associated() =>
        Assert.That(
            A.Trace().Hashed(Preimage(A.Contract, 3)).InAccount(frame => frame.Calls(A.Contract, call => call.Reads(Associated(A.Contract, 3, 0)))).Violations(),
            Has.Count.EqualTo(1));

    [Test]
    public void STO_021_an_associated_slot_in_an_entity_is_not_free() =>
        Assert.That(
            A.Trace().Hashed(Preimage(A.Account, 3)).InPaymaster(frame => frame.Writes(Associated(A.Account, 3, 0))).Violations().Single().Rule,
            Is.EqualTo(Erc7562Rule.Sto031));

    [Test]
    public void STO_022_an_associated_slot_while_deploying_needs_a_staked_factory()
    {
        TraceBuilder trace = A.Trace().Deploying().Hashed(Preimage(A.Account, 3))
            .InAccount(frame => frame.Calls(A.Contract, call => call.Reads(Associated(A.Account, 3, 0))));
        RuleViolation violation = trace.Violations().Single();

        Assert.That(violation.Rule, Is.EqualTo(Erc7562Rule.Sto022));
        Assert.That(violation.Entity, Is.EqualTo(new Entity(EntityKind.Factory, A.Factory)));
        Assert.That(violation.CuredByStake, Is.True);
        Assert.That(trace.Staked(A.Factory).Violations(), Is.Empty);
    }

    [TestCase(EntityKind.Paymaster)]
    [TestCase(EntityKind.Factory)]
    public void STO_031_its_own_storage_needs_stake(EntityKind kind)
    {
        TraceBuilder trace = A.Trace().In(kind, frame => frame.Writes(_slot));
        RuleViolation violation = trace.Violations().Single();

        Assert.That(violation.Rule, Is.EqualTo(Erc7562Rule.Sto031));
        Assert.That(violation.Message, Is.EqualTo($"unstaked {violation.Entity.Title} accessed {violation.Entity.Address} slot {_slot}"));
        Assert.That(trace.Staked(violation.Entity.Address).Violations(), Is.Empty);
    }

    [Test]
    public void STO_031_the_stake_of_one_entity_does_not_help_another() =>
        Assert.That(A.Trace().Staked(A.Factory).Deploying().InPaymaster(frame => frame.Reads(_slot)).Violations(), Has.Count.EqualTo(1));

    [Test]
    public void STO_032_slots_associated_with_it_need_stake()
    {
        TraceBuilder trace = A.Trace().Hashed(Preimage(A.Paymaster, 1))
            .InPaymaster(frame => frame.Calls(A.Contract, call => call.Writes(Associated(A.Paymaster, 1, 0))));

        Assert.That(trace.Violations().Single().Rule, Is.EqualTo(Erc7562Rule.Sto032));
        Assert.That(trace.Staked(A.Paymaster).Violations(), Is.Empty);
    }

    [Test]
    public void STO_033_reading_anything_needs_stake()
    {
        TraceBuilder trace = A.Trace().InPaymaster(frame => frame.Calls(A.Contract, call => call.Reads(_slot)));

        Assert.That(trace.Violations().Single().Rule, Is.EqualTo(Erc7562Rule.Sto033));
        Assert.That(trace.Staked(A.Paymaster).Violations(), Is.Empty);
    }

    [Test]
    public void STO_033_a_staked_account_reads_anything_too()
    {
        TraceBuilder trace = A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.Reads(_slot)));

        Assert.That(trace.Violations(), Has.Count.EqualTo(1));
        Assert.That(trace.Staked(A.Account).Violations(), Is.Empty);
        Assert.That(
            A.Trace().Staked(A.Account).InAccount(frame => frame.Calls(A.Contract, call => call.Writes(_slot))).Violations(), Has.Count.EqualTo(1));
    }

    [TestCase(EntityKind.Paymaster)]
    [TestCase(EntityKind.Account)]
    public void STO_033_a_staked_entity_reads_what_is_associated_with_the_account_whatever_the_factory(EntityKind kind)
    {
        Address entity = kind == EntityKind.Account ? A.Account : A.Paymaster;
        TraceBuilder Trace(Action<FrameBuilder> access) =>
            A.Trace().Deploying().Hashed(Preimage(A.Account, 3)).Staked(entity).In(kind, frame => frame.Calls(A.Contract, access));

        Assert.That(Trace(call => call.Reads(Associated(A.Account, 3, 0))).Violations(), Is.Empty);
        Assert.That(Trace(call => call.Writes(Associated(A.Account, 3, 0))).Violations().Single().Rule, Is.EqualTo(Erc7562Rule.Sto022));
    }

    [Test]
    public void STO_033_writing_anything_is_not_for_sale()
    {
        RuleViolation violation =
            A.Trace().Staked(A.Paymaster).InPaymaster(frame => frame.Calls(A.Contract, call => call.Reads(_slot).Writes(_slot))).Violations().Single();

        Assert.That(violation.CuredByStake, Is.False);
        Assert.That(violation.Opcode, Is.EqualTo("SSTORE"));
    }

    [Test]
    public void STO_033_the_storage_of_another_entity_is_not_for_sale() =>
        Assert.That(
            A.Trace().Staked(A.Paymaster).Deploying().InPaymaster(frame => frame.Calls(A.Factory, call => call.Reads(_slot))).Violations().Single().CuredByStake,
            Is.False);

    [Test]
    public void OP_070_transient_storage_is_judged_alike()
    {
        TraceBuilder trace = A.Trace().InPaymaster(frame => frame.WritesTransient(_slot));

        Assert.That(trace.Violations().Single(), Has.Property("Rule").EqualTo(Erc7562Rule.Op070).And.Property("Opcode").EqualTo("TSTORE"));
        Assert.That(trace.Staked(A.Paymaster).Violations(), Is.Empty);
        Assert.That(A.Trace().InAccount(frame => frame.WritesTransient(_slot).ReadsTransient(_slot)).Violations(), Is.Empty);
        Assert.That(A.Trace().InAccount(frame => frame.Calls(A.Contract, call => call.ReadsTransient(_slot))).Violations(), Has.Count.EqualTo(1));
    }

    private static Bytes Preimage(Address address, int x) => Bytes.Concat(address.ToWord().ToBytes(), Hash32.From(x).ToBytes());

    private static Hash32 Associated(Address address, int x, int offset) => Hash32.From(Keccak256.Hash(Preimage(address, x)).ToUInt256() + offset);
}
