using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleEncoderTests
{
    private static readonly Address _first = A.AddressOf(101);
    private static readonly Address _second = A.AddressOf(102);

    [Test]
    public void Operations_of_one_aggregator_stand_together_in_the_order_of_the_first()
    {
        MempoolEntry[] entries = [Of(1, null), Of(2, _first), Of(3, _second), Of(4, null), Of(5, _first)];

        Assert.That(Senders(BundleEncoder.InGroups(entries)), Is.EqualTo(new[] { 1, 4, 2, 5, 3 }.Select(A.AddressOf)));
    }

    [Test]
    public void Without_aggregators_nothing_changes_places()
    {
        MempoolEntry[] entries = [Of(3, null), Of(1, null), Of(2, null)];

        Assert.That(Senders(BundleEncoder.InGroups(entries)), Is.EqualTo(Senders(entries)));
    }

    [Test]
    public void A_transaction_has_gas_for_each_aggregator_once()
    {
        UInt256 without = GasOf(Of(1, null), Of(2, null), Of(3, null));

        Assert.That(GasOf(Of(1, _first), Of(2, _first), Of(3, _second)), Is.EqualTo(without + 2 * BundleGas.PerAggregator));
    }

    private static IEnumerable<Address> Senders(IEnumerable<MempoolEntry> entries) => entries.Select(entry => entry.Operation.Sender);

    private static UInt256 GasOf(params MempoolEntry[] entries)
    {
        BundleDraft draft = new(A.EntryPoint, A.Fees);
        Array.ForEach(entries, draft.Add);
        return draft.Gas;
    }

    private static MempoolEntry Of(int sender, Address? aggregator) =>
        A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender) }, A.Validation() with { Aggregator = aggregator });
}
