using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SettlementTests
{
    private InclusionBench _bench = null!;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task What_a_mined_bundle_did_not_include_goes_back()
    {
        MempoolEntry entry = await TakenAsync(1);

        await _bench.Settlement.MinedAsync(Mined(success: true, entry), default);

        Assert.That(StateOf(entry), Is.EqualTo(EntryState.Pending));
        Assert.That(_bench.Suspects.IsSuspect(entry.UserOpHash), Is.False);
    }

    [Test]
    public async Task Everybody_in_a_bundle_that_reverted_is_suspected_the_second_time()
    {
        MempoolEntry[] entries = [await TakenAsync(1), await TakenAsync(2)];

        await _bench.Settlement.MinedAsync(Mined(success: false, entries), default);
        bool once = _bench.Suspects.IsSuspect(entries[0].UserOpHash);
        await _bench.Settlement.MinedAsync(Mined(success: false, entries), default);

        Assert.That(once, Is.False);
        Assert.That(entries.Select(entry => _bench.Suspects.IsSuspect(entry.UserOpHash)), Is.All.True);
        Assert.That(entries.Select(StateOf), Is.All.EqualTo(EntryState.Pending));
    }

    [Test]
    public async Task An_operation_whose_own_bundle_reverts_again_and_again_is_dropped()
    {
        MempoolEntry entry = await TakenAsync(1);
        for (int i = 0; i < 4; i++)
        {
            Assert.That(await _bench.PendingAsync(), Has.Count.EqualTo(1), $"after {i} reverts");
            await _bench.Settlement.MinedAsync(Mined(success: false, entry), default);
        }

        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That((await _bench.StatusAsync(entry.UserOpHash))!.State, Is.EqualTo(OperationState.Dropped));
    }

    [Test]
    public async Task A_sent_bundle_is_the_status_of_its_operations()
    {
        MempoolEntry entry = await TakenAsync(1);

        await _bench.Settlement.SentAsync(new(Guid.Empty, A.EntryPoint.Address, [entry.UserOpHash], A.HashOf(7)), default);

        OperationStatusRecord status = (await _bench.StatusAsync(entry.UserOpHash))!;
        Assert.That((status.State, status.TransactionHash), Is.EqualTo((OperationState.Bundled, (Hash32?)A.HashOf(7))));
    }

    [Test]
    public async Task An_abandoned_bundle_gives_its_operations_back()
    {
        MempoolEntry entry = await TakenAsync(1);

        await _bench.Settlement.AbandonedAsync(new(Guid.Empty, A.EntryPoint.Address, [entry.UserOpHash], "for a test"), default);

        Assert.That(StateOf(entry), Is.EqualTo(EntryState.Pending));
    }

    [Test]
    public async Task Events_of_operations_that_are_still_pending_mean_that_the_index_misses_them()
    {
        MempoolEntry entry = await TakenAsync(1);
        SubmissionOutcome.Mined mined = Mined(success: true, entry);
        Hash32 transaction = _bench.Chain.Mine(entry.Operation);
        TransactionReceipt receipt = (await new EthClient(_bench.Chain.Node).GetTransactionReceiptAsync(transaction, default))!;

        Assert.That((_bench.Remains.IsMissing(mined), _bench.Remains.IsMissing(mined with { Receipt = receipt })), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Operations_that_were_never_here_count_as_included_for_nobody()
    {
        _bench.Reputation.Seen(A.EntryPoint.Address, [A.Paymaster]);
        UserOperation foreign = A.UserOperation() with { Paymaster = A.Paymaster };
        _bench.Chain.Mine(foreign);
        await _bench.FollowAsync();

        _bench.Chain.Drop(1);
        _bench.Chain.MineEmpty(1);
        await _bench.FollowAsync();

        Assert.That(_bench.Reputation.Get(A.EntryPoint.Address, A.Paymaster), Is.EqualTo(new ReputationEntry(A.Paymaster, 1, 0)));
    }

    [Test]
    public async Task An_operation_that_was_dropped_here_and_is_included_elsewhere_counts()
    {
        MempoolEntry entry = await _bench.AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });
        await _bench.Pool.RemoveAsync([entry.UserOpHash], OperationState.Dropped, _ => "for a test", null, default);
        _bench.Chain.Mine(entry.Operation);
        await _bench.FollowAsync();

        Assert.That(_bench.Reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsIncluded, Is.EqualTo(1));
    }

    [Test]
    public async Task A_pending_operation_whose_nonce_somebody_elses_bundle_used_goes_with_its_reason_when_the_block_is_read()
    {
        MempoolEntry entry = await _bench.AdmitAsync(A.UserOperation());
        UserOperation rival = A.UserOperation() with { CallData = Bytes.Parse("0x01") };
        _bench.Chain.Mine(rival);
        await _bench.FollowAsync();

        OperationStatusRecord status = (await _bench.StatusAsync(entry.UserOpHash))!;
        Assert.That(await _bench.PendingAsync(), Is.Empty);
        Assert.That((status.State, status.Reason), Is.EqualTo((OperationState.Replaced, $"its nonce was used by {FakeChain.HashOf(rival)}")));
    }

    [Test]
    public async Task EREP_015_the_paymaster_of_an_operation_whose_nonce_was_used_otherwise_has_not_seen_it()
    {
        await _bench.AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });
        _bench.Chain.Mine(A.UserOperation() with { CallData = Bytes.Parse("0x01") });
        await _bench.FollowAsync();

        Assert.That(_bench.Reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen, Is.Zero);
    }

    [Test]
    public async Task What_a_block_executes_and_who_pays_is_noted_as_changed()
    {
        MempoolEntry entry = await _bench.AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });
        _bench.Chain.Mine(entry.Operation);
        await _bench.FollowAsync();

        Assert.That(_bench.Changes.Drain(), Is.EquivalentTo(new[]
        {
            new EntityChange(A.EntryPoint.Address, A.Account, EntityChangeKind.Executed),
            new EntityChange(A.EntryPoint.Address, A.Paymaster, EntityChangeKind.DepositLess),
        }));
        Assert.That(_bench.Changes.Drain(), Is.Empty);
    }

    private async Task<MempoolEntry> TakenAsync(int sender)
    {
        MempoolEntry entry = await _bench.AdmitAsync(sender);
        _bench.Pool.Take([entry.UserOpHash]);
        return entry;
    }

    private EntryState? StateOf(MempoolEntry entry) => _bench.Pool.TryGet(entry.UserOpHash, out MempoolEntry? now) ? now.State : null;

    private static SubmissionOutcome.Mined Mined(bool success, params MempoolEntry[] entries) =>
        new(Guid.Empty, A.EntryPoint.Address, [.. entries.Select(entry => entry.UserOpHash)], TransactionReceipt.Read(JsonElement.Parse(
            $$"""
            {
                "transactionHash": "{{A.HashOf(1)}}", "transactionIndex": "0x0", "blockHash": "{{A.HashOf(2)}}", "blockNumber": "0x65",
                "from": "{{A.Account.ToLowerHex()}}", "to": "{{A.EntryPoint.Address.ToLowerHex()}}", "status": "{{(success ? "0x1" : "0x0")}}",
                "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208", "logs": []
            }
            """)));
}
