using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleAccessListTests
{
    private static readonly Address _signer = A.AddressOf(90);
    private static readonly Address _treasury = A.AddressOf(91);
    private static readonly Address _aggregator = A.AddressOf(92);
    private static readonly MempoolEntry _plain = A.Entry(A.UserOperation());

    [Test]
    public void An_ordinary_bundle_has_none() => Assert.That(Of([_plain], _signer), Is.Empty);

    [Test]
    public void A_beneficiary_of_its_own_is_listed() => Assert.That(Of([_plain], _treasury), Is.EqualTo(new[] { new AccessListEntry(_treasury, []) }));

    [Test]
    public void Every_aggregator_is_listed_once()
    {
        MempoolEntry[] entries = [Aggregated(1), Aggregated(2), _plain];

        Assert.That(Of(entries, _signer), Is.EqualTo(new[] { new AccessListEntry(_aggregator, []) }));
    }

    [Test]
    public void What_an_operation_touches_is_not_listed_as_its_payer_pays_for_that()
    {
        MempoolEntry visiting = A.Entry(A.UserOperation(), A.Validation() with { CodeHashes = new Dictionary<Address, Hash32> { [_treasury] = Hash32.Zero } });

        Assert.That(Of([visiting], _treasury), Is.Empty);
        Assert.That(Of([A.Entry(A.UserOperation() with { Paymaster = _treasury })], _treasury), Is.Empty);
        Assert.That(Of([A.Entry(A.UserOperation() with { Sender = _treasury })], _treasury), Is.Empty);
    }

    [TestCase(40_099u, 0)]
    [TestCase(40_100u, 1)]
    public void EIP_7623_at_the_floor_of_the_call_data_nothing_is_saved(uint gasUsed, int listed) =>
        Assert.That(BundleAccessList.Of([_plain], _signer, _treasury, gasUsed, 40_000), Has.Count.EqualTo(listed));

    private static IReadOnlyList<AccessListEntry> Of(IReadOnlyList<MempoolEntry> entries, Address beneficiary) =>
        BundleAccessList.Of(entries, _signer, beneficiary, 200_000, 40_000);

    private static MempoolEntry Aggregated(int sender) =>
        A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender) }, A.Validation() with { Aggregator = _aggregator });
}
