using Bundler.Contracts;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>What is planned is what is missing, and nothing else.</summary>
public sealed class PaymasterPlanTests
{
    private static readonly Address _stranger = Address.Parse("0x00000000000000000000000000000000000000c1");

    [Test]
    public void A_chain_as_wished_needs_nothing()
    {
        foreach (PaymasterWish wish in new[] { Wished.Set, Wished.Immutable })
        {
            PaymasterPlan plan = PaymasterPlan.Of(wish, Wished.AsWished(wish));

            Assert.That(plan.Differences, Is.Empty);
            Assert.That(plan.Transactions, Is.Empty);
            Assert.That(plan.ConstructorArguments, Is.Null);
        }
    }

    [Test]
    public void What_is_not_there_is_deployed_and_gets_its_money()
    {
        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set with { Signers = [Wished.Signer, Wished.Second] }, Wished.Nothing(Wished.Set));

        Assert.That(Wished.Calls(plan.Transactions), Is.EqualTo(new[] { "deploy", "offerSigner", "addSigner", "deposit", "addStake" }));
        Assert.That(plan.Transactions.Select(transaction => transaction.Value), Is.EqualTo(new UInt256[] { 0, 0, 0, Wished.Set.Deposit, Wished.Coin }));
        Assert.That(plan.Differences.Select(difference => difference.What), Is.EqualTo(new[]
        {
            "contract", "EntryPoint", "manager", "ceiling of an operation", "signer", "signer", "deposit", "stake", "owner",
        }));
        Assert.That(plan.From, Is.EqualTo(Wished.Owner));
        Assert.That(plan.ConstructorArguments!.Value.Length, Is.EqualTo(5 * Hash32.Size));
        Assert.That(plan.Transactions[0].Data.ToString(), Does.EndWith(plan.ConstructorArguments.ToString()![2..]));
    }

    [Test]
    public void The_immutable_flavour_needs_no_stake_and_no_signer_set()
    {
        PaymasterPlan plan = PaymasterPlan.Of(Wished.Immutable, Wished.Nothing(Wished.Immutable));

        Assert.That(Wished.Calls(plan.Transactions), Is.EqualTo(new[] { "deploy", "deposit" }));
    }

    [Test]
    public void Only_what_is_short_is_added()
    {
        PaymasterState state = Wished.AsWished(Wished.Set) with { Funds = new PaymasterFunds(Wished.Coin, true, Wished.Coin - 5, 2 * Wished.Day, 0) };

        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, state);

        Assert.That(plan.Transactions.Select(transaction => transaction.Value), Is.EqualTo(new UInt256[] { Wished.Coin, 5 }));
        Assert.That(Argument(plan.Transactions[1], 0), Is.EqualTo((UInt256)(2 * Wished.Day)), "the EntryPoint refuses a shorter delay");
    }

    [Test]
    public void A_stake_that_is_being_unlocked_is_locked_again_without_money()
    {
        PaymasterState state = Wished.AsWished(Wished.Set) with { Funds = new PaymasterFunds(Wished.Set.Deposit, false, Wished.Coin, Wished.Day, 1_700_000_000) };

        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, state);

        Assert.That(Wished.Calls(plan.Transactions), Is.EqualTo(new[] { "addStake" }));
        Assert.That(plan.Transactions[0].Value, Is.EqualTo(UInt256.Zero));
    }

    [Test]
    public void Roles_are_set_as_wished()
    {
        PaymasterState state = Wished.With(Wished.Set, roles => roles with { Manager = _stranger, MaxCostPerOperation = 5 });

        Assert.That(Wished.Calls(PaymasterPlan.Of(Wished.Set, state).Transactions), Is.EqualTo(new[] { "setManager", "setMaxCost" }));
    }

    [TestCase(9, PlannedSender.Owner)]
    [TestCase(11, PlannedSender.OwnerOrManager)]
    public void A_ceiling_is_raised_by_the_owner_alone(int before, PlannedSender by)
    {
        PaymasterState state = Wished.With(Wished.Set, roles => roles with { MaxCostPerOperation = (UInt256)before * 1_000_000_000_000_000 });

        Assert.That(PaymasterPlan.Of(Wished.Set, state).Transactions.Single().By, Is.EqualTo(by));
    }

    [Test]
    public void A_new_signer_comes_before_the_old_one_goes()
    {
        PaymasterState state = Wished.With(Wished.Set, roles => roles with { Signers = [Wished.Second] });

        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, state);

        Assert.That(Wished.Calls(plan.Transactions), Is.EqualTo(new[] { "offerSigner", "addSigner", "removeSigner" }));
        Assert.That(plan.Remarks, Has.Some.Contains("rotate-signer"));
    }

    [Test]
    public void A_full_set_makes_room_first()
    {
        PaymasterState state = Wished.With(Wished.Set, roles => roles with { Signers = [Wished.Second], SignerCount = 4 });

        Assert.That(Wished.Calls([.. PaymasterPlan.Of(Wished.Set, state).Differences.SelectMany(difference => difference.Transactions)]),
            Is.EqualTo(new[] { "removeSigner", "offerSigner", "addSigner" }));
    }

    [Test]
    public void An_offer_that_is_there_is_taken_in()
    {
        PaymasterState state = Wished.With(Wished.Set, roles => roles with { Signers = [], SignerCount = 0, OfferedSigner = Wished.Signer });

        Assert.That(Wished.Calls(PaymasterPlan.Of(Wished.Set, state).Transactions), Is.EqualTo(new[] { "addSigner" }));
    }

    [Test]
    public void The_ownership_goes_in_two_plans_of_two_senders()
    {
        PaymasterState before = Wished.With(Wished.Set, roles => roles with { Owner = _stranger, Manager = _stranger });
        PaymasterState offered = Wished.With(Wished.Set, roles => roles with { Owner = _stranger, PendingOwner = Wished.Owner, Manager = _stranger });

        PaymasterPlan first = PaymasterPlan.Of(Wished.Set, before);
        PaymasterPlan second = PaymasterPlan.Of(Wished.Set, offered);

        Assert.That((first.From, Wished.Calls(first.Transactions)), Is.EqualTo((_stranger, new[] { "setManager", "transferOwnership" })));
        Assert.That((second.From, Wished.Calls(second.Transactions)), Is.EqualTo((Wished.Owner, new[] { "acceptOwnership" })));
    }

    [Test]
    public void A_pause_is_a_difference_that_no_plan_ends()
    {
        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, Wished.With(Wished.Set, roles => roles with { Paused = true }));

        Assert.That(plan.Differences.Single().What, Is.EqualTo("paused"));
        Assert.That(plan.Transactions, Is.Empty);
        Assert.That(plan.Remarks, Has.Some.Contains("paused"));
    }

    [Test]
    public void What_no_transaction_can_change_is_refused_and_nothing_is_planned()
    {
        PaymasterState noDeployer = Wished.Nothing(Wished.Set) with { HasDeployer = false };
        PaymasterState otherCode = Wished.Nothing(Wished.Set) with { CodeHash = Hash32.From(8) };
        PaymasterWish elsewhere = Wished.Set with { Address = _stranger };
        (PaymasterWish, PaymasterState, string)[] cases =
        [
            (Wished.Set, noDeployer, "deployer"),
            (Wished.Set, otherCode, "another contract"),
            (elsewhere, Wished.Nothing(elsewhere), "no contract"),
            (Wished.Set, Wished.With(Wished.Set, roles => roles with { EntryPoint = _stranger }), "EntryPoint"),
            (Wished.Set, Wished.With(Wished.Set, roles => roles with { SignerCount = 2 }), "nobody names"),
            (Wished.Immutable, Wished.With(Wished.Immutable, roles => roles with { MaxCostPerOperation = 5 }), "ceiling"),
            (Wished.Immutable, Wished.With(Wished.Immutable, roles => roles with { Signers = [Wished.Second] }), "for ever"),
        ];
        foreach ((PaymasterWish wish, PaymasterState state, string why) in cases)
        {
            PaymasterPlan plan = PaymasterPlan.Of(wish, state);

            Assert.That(plan.Refusals, Has.Some.Contains(why));
            Assert.That(plan.Transactions, Is.Empty, why);
        }
    }

    [Test]
    public void An_owner_without_code_is_told()
    {
        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, Wished.AsWished(Wished.Set) with { OwnerHasCode = false });

        Assert.That(plan.Remarks, Has.Some.Contains("no Safe"));
    }

    private static object Argument(PlannedTransaction transaction, int index) =>
        ContractArtifact.NodeVerifyingPaymasterV07.Abi.Functions.Single(function => function.Matches(transaction.Data)).DecodeCall(transaction.Data)[index];
}
