using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Ledger;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>The ledger follows the chain with the index: entries come and go with their blocks, once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LedgerFollowingTests
{
    private const ulong Paid = 21_000 * 7;
    private const ulong Fee = 5_000;

    private InclusionBench _bench = null!;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task A_mined_bundle_has_what_it_cost_and_what_it_brought()
    {
        StoredTransaction signed = await SignAsync(0, Operation(1), Operation(2));
        _bench.Chain.MineSigned(signed, success: true, Operation(1), Operation(2));

        await _bench.FollowAsync();

        LedgerEntry entry = (await _bench.Ledger.FindAsync(signed.TransactionHash, default))!;
        Assert.That((entry.Kind, entry.Success, entry.BundleId, entry.Signer), Is.EqualTo((LedgerKind.Bundle, true, signed.BundleId, signed.Signer)));
        Assert.That((entry.BlockNumber, entry.BlockHash), Is.EqualTo((101UL, _bench.Chain.MarkOf(101).Hash)));
        Assert.That(entry.Beneficiary, Is.EqualTo(LedgerTransactions.Beneficiary));
        Assert.That((entry.GasPaid, entry.FeesReceived, entry.GasLost), Is.EqualTo(((UInt256)Paid, (UInt256)(2 * Fee), UInt256.Zero)));
        Assert.That(entry.Shares.Select(share => (share.UserOpHash, share.FeeReceived, share.GasPaid)), Is.EqualTo(new[]
        {
            (FakeChain.HashOf(Operation(1)), (UInt256)Fee, (UInt256)(Paid / 2)),
            (FakeChain.HashOf(Operation(2)), (UInt256)Fee, (UInt256)(Paid / 2)),
        }));
    }

    [Test]
    public async Task A_bundle_that_reverted_is_a_loss_that_its_operations_share()
    {
        StoredTransaction signed = await SignAsync(0, Operation(1), Operation(2));
        _bench.Chain.MineSigned(signed, success: false, Operation(1), Operation(2));

        await _bench.FollowAsync();

        LedgerEntry entry = (await _bench.Ledger.UnjudgedAsync(default)).Single();
        Assert.That((entry.GasPaid, entry.FeesReceived, entry.GasLost), Is.EqualTo(((UInt256)Paid, UInt256.Zero, (UInt256)Paid)));
        Assert.That(entry.Shares.Select(share => share.GasPaid), Is.EqualTo(new UInt256[] { Paid / 2, Paid / 2 }));
    }

    [Test]
    public async Task Who_is_at_fault_bears_the_loss_alone()
    {
        StoredTransaction signed = await SignAsync(0, Operation(1), Operation(2));
        _bench.Chain.MineSigned(signed, success: false, Operation(1), Operation(2));
        await _bench.FollowAsync();

        LedgerFault fault = new(FakeChain.HashOf(Operation(2)), A.AddressOf(2), "AA23 reverted");
        await _bench.Ledger.JudgeAsync(signed.TransactionHash, fault, default);

        LedgerEntry entry = (await _bench.Ledger.FindAsync(signed.TransactionHash, default))!;
        Assert.That(entry.Fault, Is.EqualTo(fault));
        Assert.That(entry.Shares.Select(share => share.GasPaid), Is.EqualTo(new UInt256[] { 0, Paid }));
        Assert.That(await _bench.Ledger.UnjudgedAsync(default), Is.Empty);
    }

    [Test]
    public async Task A_cancellation_costs_and_brings_nothing()
    {
        StoredTransaction signed = await SignAsync(0);
        _bench.Chain.MineSigned(signed, success: true);

        await _bench.FollowAsync();

        LedgerEntry entry = (await _bench.Ledger.FindAsync(signed.TransactionHash, default))!;
        Assert.That((entry.Kind, entry.GasLost, entry.FeesReceived, entry.Beneficiary), Is.EqualTo((LedgerKind.Cancellation, (UInt256)Paid, UInt256.Zero, (Address?)null)));
    }

    [Test]
    public async Task Bundles_of_others_are_not_ours()
    {
        MempoolEntry ours = await _bench.AdmitAsync(1);
        _bench.Chain.Mine(ours.Operation);

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That(await _bench.Ledger.OfOperationAsync(ours.UserOpHash, default), Is.Empty);
        Assert.That(await _bench.Ledger.TotalsAsync(null, null, default), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task What_leaves_the_chain_leaves_the_ledger(int depth)
    {
        await MineAsync(0, Operation(99));
        LedgerTotal before = (await _bench.Ledger.TotalsAsync(null, null, default)).Single();
        for (int i = 0; i < depth; i++)
        {
            await MineAsync((ulong)i + 1, Operation(i + 1));
        }

        Assert.That((await _bench.Ledger.TotalsAsync(null, null, default)).Single().Bundles, Is.EqualTo((ulong)depth + 1));
        _bench.Chain.Drop(depth);
        _bench.Chain.MineEmpty(depth + 1);
        await _bench.FollowAsync();

        Assert.That(await _bench.Ledger.TotalsAsync(null, null, default), Is.EqualTo(new[] { before }));
        Assert.That(await _bench.Ledger.ReadAsync(new LedgerFilter(), 100, default), Has.Count.EqualTo(1));
        Assert.That(await _bench.Ledger.OfOperationAsync(FakeChain.HashOf(Operation(1)), default), Is.Empty);
    }

    [Test]
    public async Task The_same_transaction_in_another_block_counts_once()
    {
        StoredTransaction signed = await MineAsync(0, Operation(1));
        _bench.Chain.Drop(1);
        _bench.Chain.MineEmpty(1);
        _bench.Chain.MineSigned(signed, success: true, Operation(1));

        await _bench.FollowAsync();

        LedgerTotal total = (await _bench.Ledger.TotalsAsync(null, null, default)).Single();
        Assert.That((total.Bundles, total.GasPaid, total.FeesReceived), Is.EqualTo((1UL, (UInt256)Paid, (UInt256)Fee)));
        Assert.That((await _bench.Ledger.FindAsync(signed.TransactionHash, default))!.BlockHash, Is.EqualTo(_bench.Chain.MarkOf(102).Hash));
    }

    [Test]
    public async Task A_crash_between_the_block_and_its_settlement_neither_doubles_nor_forgets()
    {
        StoredTransaction signed = await SignAsync(0, Operation(1));
        _bench.Chain.MineSigned(signed, success: true, Operation(1));
        _bench.History.FailsAfterAddBlock = true;

        Assert.That(_bench.FollowAsync, Throws.TypeOf<StoreUnavailableException>());
        await _bench.RestartAsync();
        await _bench.FollowAsync();

        Assert.That((await _bench.Ledger.TotalsAsync(null, null, default)).Single().GasPaid, Is.EqualTo((UInt256)Paid));
        Assert.That(await _bench.Ledger.ReadAsync(new LedgerFilter(), 100, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_block_that_is_done_again_after_a_fault_counts_once()
    {
        StoredTransaction signed = await SignAsync(0, Operation(1));
        _bench.Chain.MineSigned(signed, success: true, Operation(1));
        _bench.History.FailsAfterAddBlock = true;

        Assert.That(_bench.FollowAsync, Throws.TypeOf<StoreUnavailableException>());
        await _bench.FollowAsync();

        Assert.That((await _bench.Ledger.TotalsAsync(null, null, default)).Single().GasPaid, Is.EqualTo((UInt256)Paid));
    }

    [Test]
    public async Task A_receipt_that_the_node_does_not_give_yet_is_waited_for()
    {
        StoredTransaction signed = await SignAsync(0);
        _bench.Chain.MineSigned(signed, success: true);
        _bench.Chain.HidesReceipts = true;
        await _bench.FollowAsync();
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(100));

        _bench.Chain.HidesReceipts = false;
        await _bench.FollowAsync();

        Assert.That(await _bench.Ledger.FindAsync(signed.TransactionHash, default), Is.Not.Null);
    }

    [Test]
    public async Task Entries_are_final_when_the_chain_says_so()
    {
        StoredTransaction first = await MineAsync(0, Operation(1));
        StoredTransaction second = await MineAsync(1, Operation(2));
        _bench.Chain.Finalized = 101;

        await _bench.Finality.AdvanceAsync(default);

        Assert.That((await _bench.Ledger.FindAsync(first.TransactionHash, default))!.IsFinal, Is.True);
        Assert.That((await _bench.Ledger.FindAsync(second.TransactionHash, default))!.IsFinal, Is.False);
    }

    private static UserOperation Operation(int sender) => A.UserOperation() with { Sender = A.AddressOf(sender) };

    private async Task<StoredTransaction> SignAsync(ulong nonce, params UserOperation[] operations)
    {
        StoredTransaction signed = LedgerTransactions.Signed(nonce, operations);
        await _bench.Submissions.AddAsync(signed, Fence.Sole, default);
        return signed;
    }

    private async Task<StoredTransaction> MineAsync(ulong nonce, params UserOperation[] operations)
    {
        StoredTransaction signed = await SignAsync(nonce, operations);
        _bench.Chain.MineSigned(signed, success: true, operations);
        await _bench.FollowAsync();
        return signed;
    }
}
