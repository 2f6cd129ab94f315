using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BlameTests
{
    private static readonly Verdict _paymasterUnseen = new(A.Paymaster, ReputationEffect.Unsee, Erc7562Rule.Erep015);
    private static readonly Verdict _aggregatorUnseen = new(A.Contract, ReputationEffect.Unsee, Erc7562Rule.Erep016);
    private static readonly StakePolicy _stakes = new(A.Chain);

    // Checklist row 28: what others fail at does not ban our paymaster.
    [TestCase(EntityKind.Account)]
    [TestCase(EntityKind.Factory)]
    public void EREP_015_the_paymaster_does_not_answer_for_account_or_factory_at_second_validation(EntityKind failed) =>
        Assert.That(Blame.AtSecondValidation(Sponsored(), failed, _stakes), Is.EqualTo(new[] { _paymasterUnseen }));

    [Test]
    public void EREP_015_the_paymaster_answers_for_itself_at_second_validation() =>
        Assert.That(Blame.AtSecondValidation(Sponsored(), EntityKind.Paymaster, _stakes), Is.Empty);

    [Test]
    public void EREP_015_the_paymaster_of_an_operation_that_is_passed_over_has_not_seen_it() =>
        Assert.That(Blame.OfPassedOver(Sponsored()), Is.EqualTo(new[] { _paymasterUnseen }));

    [Test]
    public void EREP_015_without_a_paymaster_nobody_is_unseen() =>
        Assert.That(Blame.AtSecondValidation(A.Entry(A.UserOperation()), EntityKind.Account, _stakes), Is.Empty);

    [TestCase(EntityKind.Account, true)]
    [TestCase(EntityKind.Factory, true)]
    [TestCase(EntityKind.Paymaster, true)]
    [TestCase(EntityKind.Aggregator, false)]
    public void EREP_016_the_aggregator_answers_only_for_itself_at_second_validation(EntityKind failed, bool unseen) =>
        Assert.That(Blame.AtSecondValidation(Aggregated(), failed, _stakes).Contains(_aggregatorUnseen), Is.EqualTo(unseen));

    [TestCase(EntityKind.Account, true)]
    [TestCase(EntityKind.Factory, true)]
    [TestCase(EntityKind.Paymaster, true)]
    [TestCase(EntityKind.Aggregator, false)]
    public void EREP_016_the_aggregator_answers_only_for_itself_at_bundle_creation(EntityKind failed, bool unseen) =>
        Assert.That(Blame.AtBundleCreation(Aggregated(), failed, _stakes).Contains(_aggregatorUnseen), Is.EqualTo(unseen));

    [Test]
    public void GREP_040_an_unstaked_account_that_fails_bundle_creation_is_not_banned() =>
        Assert.That(Blame.AtBundleCreation(Sponsored(), EntityKind.Account, _stakes), Is.EqualTo(new[] { _paymasterUnseen }));

    [Test]
    public void GREP_040_a_staked_account_that_fails_bundle_creation_is_banned() =>
        Assert.That(
            Blame.AtBundleCreation(Sponsored(A.Account), EntityKind.Account, _stakes), Is.EqualTo(new[] { Banned(A.Account), _paymasterUnseen }));

    [Test]
    public void GREP_040_a_factory_that_fails_bundle_creation_is_banned() =>
        Assert.That(Blame.AtBundleCreation(Sponsored(), EntityKind.Factory, _stakes), Is.EqualTo(new[] { Banned(A.Factory), _paymasterUnseen }));

    [Test]
    public void GREP_040_a_paymaster_that_fails_bundle_creation_is_banned() =>
        Assert.That(Blame.AtBundleCreation(Sponsored(), EntityKind.Paymaster, _stakes), Is.EqualTo(new[] { Banned(A.Paymaster) }));

    [Test]
    public void GREP_040_an_aggregator_that_fails_bundle_creation_is_banned() =>
        Assert.That(Blame.AtBundleCreation(Aggregated(), EntityKind.Aggregator, _stakes), Is.EqualTo(new[] { Banned(A.Contract) }));

    [Test]
    public void GREP_040_an_aggregator_that_the_operation_does_not_have_is_not_banned() =>
        Assert.That(Blame.AtBundleCreation(Sponsored(), EntityKind.Aggregator, _stakes), Is.Empty);

    [Test]
    public void EREP_020_a_staked_factory_answers_for_its_account() =>
        Assert.That(
            Blame.AtBundleCreation(Sponsored(A.Factory, A.Account), EntityKind.Account, _stakes),
            Is.EqualTo(new[] { Banned(A.Factory, Erc7562Rule.Erep020), _paymasterUnseen }));

    [Test]
    public void EREP_020_a_staked_factory_answers_for_its_account_at_second_validation_too() =>
        Assert.That(
            Blame.AtSecondValidation(Sponsored(A.Factory), EntityKind.Account, _stakes),
            Is.EqualTo(new[] { Banned(A.Factory, Erc7562Rule.Erep020), _paymasterUnseen }));

    [TestCase(EntityKind.Paymaster)]
    [TestCase(EntityKind.Factory)]
    public void EREP_020_a_staked_factory_is_not_banned_at_second_validation_for_others(EntityKind failed) =>
        Assert.That(Blame.AtSecondValidation(Sponsored(A.Factory), failed, _stakes).Where(verdict => verdict.Effect == ReputationEffect.Ban), Is.Empty);

    [Test]
    public void EREP_020_an_unstaked_factory_loses_nothing_at_second_validation() =>
        Assert.That(Blame.AtSecondValidation(Sponsored(), EntityKind.Account, _stakes), Is.EqualTo(new[] { _paymasterUnseen }));

    [Test]
    public void EREP_030_the_paymaster_of_a_staked_account_is_unseen_at_second_validation() =>
        Assert.That(
            Blame.AtSecondValidation(Sponsored(A.Account), EntityKind.Paymaster, _stakes), Is.EqualTo(new[] { Unseen(A.Paymaster) }));

    [Test]
    public void EREP_030_the_aggregator_of_a_staked_account_is_unseen_at_second_validation() =>
        Assert.That(
            Blame.AtSecondValidation(Entry(A.UserOperation(), A.Contract, A.Account), EntityKind.Aggregator, _stakes),
            Is.EqualTo(new[] { Unseen(A.Contract) }));

    [Test]
    public void EREP_020_the_EIP_7702_marker_answers_for_nobody()
    {
        MempoolEntry entry = Entry(A.UserOperation() with { Factory = Eip7702Marker.Address }, null, Eip7702Marker.Address);

        Assert.That(Blame.AtBundleCreation(entry, EntityKind.Account, _stakes), Is.Empty);
    }

    [Test]
    public void EREP_030_a_staked_account_answers_for_its_paymaster() =>
        Assert.That(Blame.AtBundleCreation(Sponsored(A.Account), EntityKind.Paymaster, _stakes), Is.EqualTo(new[] { Banned(A.Account, Erc7562Rule.Erep030), Unseen(A.Paymaster) }));

    [Test]
    public void EREP_030_a_staked_account_answers_for_its_aggregator() =>
        Assert.That(
            Blame.AtBundleCreation(Entry(A.UserOperation(), A.Contract, A.Account), EntityKind.Aggregator, _stakes),
            Is.EqualTo(new[] { Banned(A.Account, Erc7562Rule.Erep030), Unseen(A.Contract) }));

    [Test]
    public void EREP_030_a_stake_that_is_one_wei_short_does_not_count()
    {
        StakeInfo little = A.Staked(A.Account) with { Stake = A.Chain.MinStakeWei - 1 };
        MempoolEntry entry = Sponsored();
        entry = entry with { Validation = entry.Validation! with { Stakes = new Dictionary<Address, StakeInfo> { [A.Account] = little } } };

        Assert.That(Blame.AtBundleCreation(entry, EntityKind.Paymaster, _stakes), Is.EqualTo(new[] { Banned(A.Paymaster) }));
    }

    [TestCase("AA13 initCode failed or OOG", EntityKind.Factory)]
    [TestCase("AA23 reverted", EntityKind.Account)]
    [TestCase("AA33 reverted", EntityKind.Paymaster)]
    [TestCase("AA95 out of gas", null)]
    [TestCase("execution reverted", null)]
    public void An_AA_code_names_whom_it_accuses(string reason, EntityKind? expected) => Assert.That(Blame.ByReason(reason), Is.EqualTo(expected));

    private static Verdict Banned(Address address, string rule = Erc7562Rule.Grep040) => new(address, ReputationEffect.Ban, rule);

    private static Verdict Unseen(Address address) => new(address, ReputationEffect.Unsee, Erc7562Rule.Erep030);

    private static MempoolEntry Sponsored(params Address[] staked) =>
        Entry(A.UserOperation() with { Factory = A.Factory, Paymaster = A.Paymaster }, null, staked);

    private static MempoolEntry Aggregated() => Entry(A.UserOperation() with { Factory = A.Factory, Paymaster = A.Paymaster }, A.Contract);

    private static MempoolEntry Entry(UserOperation operation, Address? aggregator, params Address[] staked) => A.Entry(
        operation, A.Validation() with { Aggregator = aggregator, Stakes = staked.ToDictionary(address => address, A.Staked) });
}
