using Bundler.Ethereum.Primitives;
using Bundler.Operations.Funds;
using Bundler.Testing;

namespace Bundler.Tests.Operations;

public sealed class FundsPlanTests
{
    private static readonly UInt256 _ether = UInt256.ParseDecimal("1000000000000000000");
    private static readonly Address _treasury = DevAccounts.All[9].Address;
    private static readonly FundsBand _band = new()
    {
        Treasury = _treasury,
        SweepAbove = _ether * 10,
        SweepTo = _ether * 5,
        MaxSweepPerDay = _ether * 20,
        FundBelow = _ether,
        FundTo = _ether * 2,
        MaxTopUpPerDay = _ether * 4,
    };

    [Test]
    public void What_is_above_the_band_goes_to_the_treasury_down_to_its_end() =>
        Assert.That(Plan(_band, 3, 12), Is.EqualTo(new PlannedTransfer(Of(1), _treasury, _ether * 7, IsTopUp: false)));

    [Test]
    public void Within_the_band_nothing_moves() => Assert.That(Plan(_band, 1, 10), Is.Null);

    [Test]
    public void The_richest_is_swept_first() => Assert.That(Plan(_band, 11, 14, 12)!.From, Is.EqualTo(Of(1)));

    [TestCase(15, 5)]
    [TestCase(19, 1)]
    public void The_cap_of_the_day_is_not_exceeded(int swept, int value) => Assert.That(PlanAfter(swept, _band, 3, 30)!.Value, Is.EqualTo(_ether * (uint)value));

    [Test]
    public void At_the_cap_nothing_is_swept_nor_below_a_tenth_of_the_band()
    {
        Assert.That(PlanAfter(20, _band, 30), Is.Null);
        Assert.That(FundsPlan.Next(_band, Signers(30), _ether * 20 - _ether / 3, UInt256.Zero), Is.Null);
        Assert.That(PlanAfter(25, _band, 30), Is.Null);
    }

    [Test]
    public void A_poor_signer_is_topped_up_by_the_richest_before_anything_is_swept() =>
        Assert.That(Plan(_band, 12, 0, 11), Is.EqualTo(new PlannedTransfer(Of(0), Of(1), _ether * 2, IsTopUp: true)));

    [Test]
    public void A_signer_that_pays_another_keeps_what_it_would_be_topped_up_to()
    {
        Assert.That(Plan(_band with { Treasury = null }, 4, 0), Is.Null, "2 for the other, 2 for itself, and the gas");
        Assert.That(Plan(_band with { Treasury = null }, 5, 0)!.Value, Is.EqualTo(_ether * 2));
        Assert.That(FundsPlan.Hindrance(_band, Signers(4, 0), UInt256.Zero), Does.Contain($"no other signer can pay {_ether * 2} wei to {Of(1)}"));
    }

    [Test]
    public void The_funding_signer_alone_tops_up_and_is_neither_swept_nor_topped_up()
    {
        FundsBand band = _band with { FundingSigner = Of(0) };

        Assert.That(Plan(band, 3, 0, 50), Is.EqualTo(new PlannedTransfer(Of(0), Of(1), _ether * 2, IsTopUp: true)));
        Assert.That(Plan(band, 1, 0, 9), Is.Null);
        Assert.That(Plan(band, 50, 3), Is.Null);
        Assert.That(Plan(band, 0, 3), Is.Null);
    }

    [Test]
    public void Top_ups_end_at_the_cap_of_the_day_and_that_is_told()
    {
        Assert.That(FundsPlan.Next(_band, Signers(9, 0), UInt256.Zero, _ether * 2)!.Value, Is.EqualTo(_ether * 2));
        Assert.That(FundsPlan.Next(_band, Signers(9, 0), UInt256.Zero, _ether * 2 + 1), Is.Null);
        Assert.That(FundsPlan.Hindrance(_band, Signers(9, 0), _ether * 2 + 1), Does.Contain("the day's cap"));
        Assert.That(FundsPlan.Hindrance(_band, Signers(9, 0), _ether * 2), Is.Null);
    }

    [Test]
    public void Without_configuration_nothing_ever_moves()
    {
        Assert.That(Plan(new FundsBand(), 0, 1_000_000), Is.Null);
        Assert.That(FundsPlan.Hindrance(new FundsBand(), Signers(0), UInt256.Zero), Is.Null);
        Assert.That(new FundsBand().Allowances([Of(0)]), Is.Empty);
    }

    /// <summary>However balances and history lie: a plan stays within the caps, within what the source has, and within our own addresses.</summary>
    [Test]
    public void No_plan_exceeds_a_cap_or_pays_a_stranger()
    {
        Random random = new(8_451);
        for (int i = 0; i < 20_000; i++)
        {
            FundsBand band = _band with { FundingSigner = random.Next(3) == 0 ? Of(random.Next(3)) : null };
            SignerFunds[] signers = [.. Signers([.. Enumerable.Range(0, 3).Select(_ => random.Next(0, 40))])];
            (UInt256 swept, UInt256 toppedUp) = (_ether * (uint)random.Next(0, 30), _ether * (uint)random.Next(0, 6));
            if (FundsPlan.Next(band, signers, swept, toppedUp) is not { } plan)
            {
                continue;
            }

            UInt256 balance = signers.Single(signer => signer.Address == plan.From).Balance;
            Assert.That(plan.Value, Is.LessThanOrEqualTo(balance));
            Assert.That(plan.IsTopUp ? toppedUp + plan.Value <= band.MaxTopUpPerDay : swept + plan.Value <= band.MaxSweepPerDay, Is.True);
            Assert.That(plan.IsTopUp ? signers.Any(signer => signer.Address == plan.To) : plan.To == _treasury, Is.True);
            Assert.That(plan.To, Is.Not.EqualTo(plan.From));
            Assert.That(band.Allowances(signers.Select(signer => signer.Address)).Any(allowance => allowance.Payees.Contains(plan.To) && plan.Value <= allowance.MaxEach), Is.True);
        }
    }

    [TestCase("SweepAboveWei", "5", "SweepAboveWei must exceed SweepToWei")]
    [TestCase("MaxSweepPerDayWei", "0", "MaxSweepPerDayWei must exceed 0")]
    [TestCase("FundToWei", "1", "FundToWei must exceed FundBelowWei")]
    [TestCase("MaxTopUpPerDayWei", "1", "MaxTopUpPerDayWei must reach FundToWei")]
    [TestCase("SweepToWei", "2", "SweepToWei must reach FundToWei")]
    [TestCase("FundBelowWei", "0", "a FundingSigner needs FundBelowWei")]
    [TestCase("Treasury", "0x12", "an address or amount is malformed")]
    [TestCase("SweepToWei", "much", "an address or amount is malformed")]
    public void Bands_that_make_no_sense_are_refused(string key, string value, string sentence)
    {
        FundsOptions options = new()
        {
            Treasury = _treasury.ToString(), SweepAboveWei = "9", SweepToWei = "5", MaxSweepPerDayWei = "100",
            FundBelowWei = "1", FundToWei = "3", MaxTopUpPerDayWei = "10", FundingSigner = Of(0).ToString(),
        };
        Assert.That(new FundsOptionsBand().Validate(null, options).Succeeded, Is.True);
        typeof(FundsOptions).GetProperty(key)!.SetValue(options, value);

        Assert.That(new FundsOptionsBand().Validate(null, options).FailureMessage, Does.Contain(sentence));
    }

    [Test]
    public void A_treasury_or_funding_signer_that_does_not_fit_the_node_is_refused()
    {
        Assert.That((_band with { Treasury = Of(1) }).Faults([Of(0), Of(1)], []).Single(), Does.Contain($"The treasury {Of(1)} is"));
        Assert.That(_band.Faults([Of(0), Of(1)], [_treasury]).Single(), Does.Contain("an EntryPoint"));
        Assert.That((_band with { FundingSigner = Of(5) }).Faults([Of(0), Of(1)], []).Single(), Does.Contain("none of the configured keys"));
        Assert.That(_band.Faults([Of(0)], []).Single(), Does.Contain("two keys or more"));
        Assert.That(_band.Faults([Of(0), Of(1)], []), Is.Empty);
    }

    private static Address Of(int signer) => DevAccounts.All[signer].Address;

    private static IReadOnlyList<SignerFunds> Signers(params int[] ethers) => [.. ethers.Select((ether, i) => new SignerFunds(Of(i), _ether * (uint)ether, 0))];

    private static PlannedTransfer? Plan(FundsBand band, params int[] ethers) => FundsPlan.Next(band, Signers(ethers), UInt256.Zero, UInt256.Zero);

    private static PlannedTransfer? PlanAfter(int swept, FundsBand band, params int[] ethers) => FundsPlan.Next(band, Signers(ethers), _ether * (uint)swept, UInt256.Zero);
}
