using Bundler.Engine.Chain;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Testing;
using Bundler.Tests.Engine.Submission;

namespace Bundler.Tests.Engine.Ledger;

public sealed class LedgerBookTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void A_transfer_is_neither_a_bundle_nor_a_loss_and_only_its_gas_is_a_cost(bool success)
    {
        StoredTransaction transfer = LedgerTransactions.Signed(1) with { IsCancellation = false };

        LedgerEntry entry = new LedgerBook(new ServedEntryPoints([A.EntryPoint])).Entry(
            transfer, Flights.Receipt(transfer.TransactionHash, success) with { GasUsed = 21_000, EffectiveGasPrice = 3 }, DateTimeOffset.UnixEpoch);
        LedgerTotal total = LedgerTotal.Of(entry);

        Assert.That((entry.Kind, entry.Beneficiary, entry.Shares.Count), Is.EqualTo((LedgerKind.Transfer, null as Bundler.Ethereum.Primitives.Address?, 0)));
        Assert.That((entry.GasPaid, entry.GasLost), Is.EqualTo(((Bundler.Ethereum.Primitives.UInt256)63_000, (Bundler.Ethereum.Primitives.UInt256)(success ? 0u : 63_000u))));
        Assert.That((total.Bundles, total.Reverted, total.Cancellations, total.Operations), Is.EqualTo((0UL, 0UL, 0UL, 0UL)));
    }
}
