using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleProfitTests
{
    private static readonly FeeQuote _fees = new(BaseFeePerGas: 100, SuggestedTip: 10, FloorTip: 1);

    [Test]
    public void The_cost_is_the_measured_gas_at_the_coming_price_and_the_fees_are_what_is_charged()
    {
        BundleAccount account = Profit().Account(Bundle(200_000, (150, 20, 120_000), (115, 50, 110_000)))!;

        Assert.That((account.GasUsed, account.GasPrice, account.Cost), Is.EqualTo((200_000UL, (UInt256)110, (UInt256)22_000_000)));
        Assert.That(account.Fees, Is.EqualTo(new[] { (UInt256)(120 * 120_000), (UInt256)(115 * 110_000) }));
        Assert.That(account.Received, Is.EqualTo((UInt256)(120 * 120_000 + 115 * 110_000)));
    }

    [Test]
    public void The_price_is_no_higher_than_what_the_poorest_operation_pays() =>
        Assert.That(Profit().Account(Bundle(200_000, (150, 20, 120_000), (103, 50, 110_000)))!.GasPrice, Is.EqualTo((UInt256)103));

    [Test]
    public void EIP_7623_the_call_datas_floor_is_the_least_gas()
    {
        CheckedBundle bundle = Bundle(30_000, (150, 20, 120_000)) with { CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 10_000)]) };

        Assert.That(Profit().Account(bundle)!.GasUsed, Is.EqualTo(21_000 + 10 * 4 * 10_000));
        Assert.That(Profit(eip7623: false).Account(bundle)!.GasUsed, Is.EqualTo(30_000));
    }

    [Test]
    public void A_bundle_that_earns_what_it_costs_has_no_losers() =>
        Assert.That(Profit().Losers(Bundle(200_000, (150, 10, 90_000), (150, 10, 110_000))), Is.Empty);

    [Test]
    public void A_bundle_that_is_charged_less_than_it_uses_has()
    {
        CheckedBundle bundle = Bundle(200_100, (150, 10, 100_000), (150, 10, 100_000));

        Assert.That(Profit().Losers(bundle), Is.EqualTo(bundle.Entries));
    }

    [Test]
    public void Only_those_who_pay_less_than_their_part_are_losers()
    {
        CheckedBundle bundle = Bundle(230_000, (150, 10, 100_000), (150, 40, 100_000));

        Assert.That(Profit().Losers(bundle), Is.EqualTo(new[] { bundle.Entries[0] }));
    }

    [Test]
    public void Whoever_pays_for_himself_is_no_loser_though_all_others_are()
    {
        // Nine are charged 30,000 less than they take.
        CheckedBundle bundle = Bundle(10 * 100_000, [.. Enumerable.Range(0, 10).Select(i => (150UL, 10UL, i == 4 ? 105_000UL : 75_000UL))]);

        Assert.That(Profit().Losers(WithPreVerificationGas(bundle, i => i == 4 ? 45_000u : 15_000u)), Is.EqualTo(bundle.Entries.Where((_, i) => i != 4))
            .Using<MempoolEntry>((x, y) => x.Operation.Sender == y.Operation.Sender));
    }

    [TestCase(0, 0)]
    [TestCase(99, 0)]
    [TestCase(101, 2)]
    public void The_margin_is_the_operators(int percent, int losers) =>
        Assert.That(Profit(percent).Losers(Bundle(200_000, (150, 10, 100_000), (150, 10, 100_000))), Has.Count.EqualTo(losers));

    [Test]
    public void The_highest_tip_is_the_one_at_which_it_still_earns_enough()
    {
        BundleProfit profit = Profit(percent: 120);
        BundleAccount account = profit.Account(Bundle(100_000, (200, 80, 100_000)))!;

        Assert.That(profit.HighestTip(account, 100), Is.EqualTo((UInt256)50));
    }

    [Test]
    public void What_nobody_measured_is_not_judged()
    {
        CheckedBundle bundle = Bundle(100_000, (200, 80, 1)) with { Check = new BundleCheck { GasUsed = 100_000 } };

        Assert.That((Profit().Account(bundle), Profit().Losers(bundle).Count), Is.EqualTo(((BundleAccount?)null, 0)));
    }

    private static CheckedBundle WithPreVerificationGas(CheckedBundle bundle, Func<int, UInt256> gas) => bundle with
    {
        Entries = [.. bundle.Entries.Select((entry, i) => entry with { Operation = entry.Operation with { PreVerificationGas = gas(i) } })],
    };

    private static BundleProfit Profit(int percent = 100, bool eip7623 = true) =>
        new(
            A.Chain with { Eip7623 = eip7623 },
            new PreVerificationGasPolicy(Options.Create(new GasOptions()), Options.Create(new ValidationOptions()), A.Chain with { Eip7623 = eip7623 }),
            Options.Create(new BundlingOptions { MinProfitPercent = percent }));

    private static CheckedBundle Bundle(ulong gasUsed, params (ulong MaxFee, ulong Tip, ulong Charged)[] operations)
    {
        MempoolEntry[] entries = [.. operations.Select((operation, i) => A.Entry(
            A.UserOperation() with { Sender = A.AddressOf(i), MaxFeePerGas = operation.MaxFee, MaxPriorityFeePerGas = operation.Tip }))];
        BundleDraft draft = new(A.EntryPoint, _fees);
        Array.ForEach(entries, draft.Add);
        BundledOperation[] measured = [.. operations.Select(operation => new BundledOperation(true, operation.Charged, 0, 0, 0, 0))];
        return new CheckedBundle(entries, Bytes.Empty, draft, new BundleCheck { GasUsed = gasUsed, Operations = measured });
    }
}
