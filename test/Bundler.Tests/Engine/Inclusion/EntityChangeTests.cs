using Bundler.Engine.Inclusion;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

public sealed class EntityChangeTests
{
    [Test]
    public void A_withdrawal_makes_a_deposit_less() =>
        Assert.That(Of(EntryPointEvents.Withdrawn), Is.EqualTo(new EntityChange(A.EntryPoint.Address, A.Paymaster, EntityChangeKind.DepositLess)));

    [Test]
    public void Unlocking_and_withdrawing_make_a_stake_less()
    {
        EntityChange less = new(A.EntryPoint.Address, A.Paymaster, EntityChangeKind.StakeLess);

        Assert.That(Of(EntryPointEvents.StakeUnlocked), Is.EqualTo(less));
        Assert.That(Of(EntryPointEvents.StakeWithdrawn), Is.EqualTo(less));
    }

    [Test]
    public void What_can_only_help_is_no_change()
    {
        Assert.That(Of(EntryPointEvents.Deposited), Is.Null);
        Assert.That(Of(EntryPointEvents.StakeLocked), Is.Null);
        Assert.That(EntityChange.Topics, Does.Not.Contain(EntryPointEvents.Deposited.Topic));
    }

    private static EntityChange? Of(AbiEvent happened) => EntityChange.Of(new LogEntry
    {
        Address = A.EntryPoint.Address,
        Topics = [happened.Topic, A.Paymaster.ToWord()],
        Data = Bytes.Empty,
    });
}
