using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Ledger;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>A bundle that reverted on chain: the guilty one goes and pays, the others stay.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RevertedBundlesTests
{
    private static readonly Address _paymaster = A.AddressOf(0xa0);

    private InclusionBench _bench = null!;
    private MempoolEntry[] _entries = [];

    [SetUp]
    public async Task BeginAsync()
    {
        _bench = await InclusionBench.CreateAsync();
        _entries =
        [
            await _bench.AdmitAsync(1),
            await _bench.AdmitAsync(A.UserOperation() with { Sender = A.AddressOf(2), Paymaster = _paymaster }),
            await _bench.AdmitAsync(3),
        ];
        _bench.Pool.Take(_entries.Select(entry => entry.UserOpHash));
    }

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task GREP_040_the_entity_at_fault_is_banned_and_its_operation_dropped_and_bears_the_loss()
    {
        Traces(FailedOp(1, "AA33 reverted"));

        StoredTransaction bundle = await RevertAsync();

        Assert.That(await _bench.PendingAsync(), Is.EquivalentTo(new[] { _entries[0].UserOpHash, _entries[2].UserOpHash }));
        Assert.That(_entries.Select(StateOf), Is.EqualTo(new EntryState?[] { EntryState.Pending, null, EntryState.Pending }));
        Assert.That(_bench.Reputation.Status(A.EntryPoint.Address, _paymaster), Is.EqualTo(ReputationStatus.Banned));
        OperationStatusRecord status = (await _bench.StatusAsync(_entries[1].UserOpHash))!;
        Assert.That((status.State, status.Reason), Is.EqualTo((OperationState.Dropped, (string?)$"its bundle {bundle.TransactionHash} reverted on chain: AA33 reverted")));
        LedgerEntry entry = (await _bench.Ledger.FindAsync(bundle.TransactionHash, default))!;
        Assert.That(entry.Fault, Is.EqualTo(new LedgerFault(_entries[1].UserOpHash, _paymaster, "AA33 reverted")));
        Assert.That(entry.Shares.Select(share => share.GasPaid), Is.EqualTo(new UInt256[] { 0, entry.GasPaid, 0 }));
    }

    [TestCase("AA23 reverted", true)]
    [TestCase("AA25 invalid account nonce", true)]
    [TestCase("AA33 reverted", false)]
    public async Task The_sender_at_fault_travels_alone_from_then_on_and_nobody_else_does(string reason, bool alone)
    {
        Traces(FailedOp(1, reason));

        await RevertAsync();

        Assert.That(_entries.Select(entry => _bench.Record.TravelsAlone(entry.Operation.Sender)), Is.EqualTo(new[] { false, alone, false }));
    }

    [Test]
    public async Task Nobody_else_is_suspected()
    {
        Traces(FailedOp(1, "AA33 reverted"));
        await RevertAsync();
        await RevertAsync(nonce: 1);

        Assert.That(_entries.Select(entry => _bench.Suspects.IsSuspect(entry.UserOpHash)), Is.All.False);
    }

    [Test]
    public async Task The_paymaster_of_an_account_at_fault_is_not_to_blame()
    {
        ulong seen = _bench.Reputation.Get(A.EntryPoint.Address, _paymaster).OpsSeen;
        Traces(FailedOp(1, "AA23 reverted"));

        await RevertAsync();

        Assert.That(_bench.Reputation.Get(A.EntryPoint.Address, _paymaster).OpsSeen, Is.EqualTo(seen - 1));
        Assert.That(_bench.Pool.TryGet(_entries[1].UserOpHash, out MempoolEntry? _), Is.False);
    }

    [Test]
    public async Task What_the_bundlers_own_limits_stopped_is_only_suspected()
    {
        Traces(FailedOp(2, "AA95 out of gas"));

        await RevertAsync();

        Assert.That(await _bench.PendingAsync(), Has.Count.EqualTo(3));
        Assert.That(_entries.Select(entry => _bench.Suspects.IsSuspect(entry.UserOpHash)), Is.EqualTo(new[] { false, false, true }));
    }

    [Test]
    public async Task A_node_that_does_not_trace_is_asked_to_run_it_again_before_and_after_the_block()
    {
        List<string> blocks = [];
        _bench.Chain.Node.On("debug_traceTransaction", _ => throw new JsonRpcException(new JsonRpcError(-32601, "method not found")));
        _bench.Chain.Node.On("eth_call", parameters =>
        {
            blocks.Add(parameters[1].GetString()!);
            return blocks.Count == 1 ? "0x" : throw Reverted(FailedOp(1, "AA33 reverted"));
        });

        await RevertAsync();

        Assert.That(blocks, Is.EqualTo(new[] { "0x64", "0x65" }));
        Assert.That(_bench.Pool.TryGet(_entries[1].UserOpHash, out MempoolEntry? _), Is.False);
        Assert.That(_bench.Reputation.Status(A.EntryPoint.Address, _paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [Test]
    public async Task When_nobody_can_be_named_everybody_is_suspected_and_shares_the_loss()
    {
        _bench.Chain.Node.On("debug_traceTransaction", _ => throw new JsonRpcException(new JsonRpcError(-32601, "method not found")));
        _bench.Chain.Node.On("eth_call", _ => "0x");

        StoredTransaction bundle = await RevertAsync();
        await RevertAsync(nonce: 1);

        Assert.That(_entries.Select(entry => _bench.Suspects.IsSuspect(entry.UserOpHash)), Is.All.True);
        LedgerEntry entry = (await _bench.Ledger.FindAsync(bundle.TransactionHash, default))!;
        Assert.That(entry.Fault, Is.EqualTo(new LedgerFault(null, null, "the node does not tell why")));
        Assert.That(entry.Shares.Select(share => share.GasPaid).Distinct().ToArray(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_bundle_that_dies_without_a_word_accuses_the_operation_it_was_at()
    {
        ValidationSelectors selectors = A.EntryPoint.Bundles.Selectors;
        Traces(new JsonObject
        {
            ["type"] = "CALL", ["from"] = A.Account.ToLowerHex(), ["to"] = A.EntryPoint.Address.ToLowerHex(), ["gas"] = "0x1", ["gasUsed"] = "0x1", ["error"] = "out of gas",
            ["calls"] = new JsonArray([.. new[] { selectors.ValidateUserOp, selectors.ValidateUserOp }.Select(selector => (JsonNode)Frame(selector))]),
        });

        await RevertAsync();

        Assert.That(_entries.Select(entry => _bench.Suspects.IsSuspect(entry.UserOpHash)), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public async Task An_operation_that_another_bundle_took_first_is_nobodys_fault()
    {
        Traces(FailedOp(1, "AA25 invalid account nonce"));
        Hash32 theirs = _bench.Chain.Mine(_entries[1].Operation);

        StoredTransaction bundle = await RevertAsync();

        Assert.That(await _bench.PendingAsync(), Is.EquivalentTo(new[] { _entries[0].UserOpHash, _entries[2].UserOpHash }));
        Assert.That((await _bench.StatusAsync(_entries[1].UserOpHash))!.State, Is.EqualTo(OperationState.Included));
        Assert.That(_bench.Reputation.Status(A.EntryPoint.Address, _paymaster), Is.EqualTo(ReputationStatus.Ok));
        Assert.That((await _bench.Ledger.FindAsync(bundle.TransactionHash, default))!.Fault!.Reason, Is.EqualTo($"AA25 invalid account nonce; it was included by {theirs}"));
    }

    [Test]
    public async Task What_a_crash_left_unjudged_is_judged_at_the_start()
    {
        StoredTransaction bundle = await SignAsync(0);
        _bench.Chain.MineSigned(bundle, success: false, [.. _entries.Select(entry => entry.Operation)]);
        await _bench.FollowAsync();
        await _bench.RestartAsync(validated: false);
        Traces(FailedOp(1, "AA33 reverted"));

        await _bench.Unjudged.JudgeAsync(default);
        await _bench.Unjudged.JudgeAsync(default);

        Assert.That(await _bench.PendingAsync(), Is.EquivalentTo(new[] { _entries[0].UserOpHash, _entries[2].UserOpHash }));
        Assert.That((await _bench.Ledger.FindAsync(bundle.TransactionHash, default))!.Fault!.Entity, Is.EqualTo(_paymaster));
        Assert.That(_bench.Chain.Node.CountOf("debug_traceTransaction"), Is.EqualTo(1));
    }

    private static Bytes FailedOp(int index, string reason) => EntryPointErrors.FailedOp.Encode((UInt256)index, reason);

    private static JsonRpcException Reverted(Bytes data) => new(new JsonRpcError(3, "execution reverted", JsonElement.Parse($"\"{data}\"")));

    private static JsonObject Frame(uint selector) => new()
    {
        ["type"] = "CALL", ["from"] = A.EntryPoint.Address.ToLowerHex(), ["to"] = A.Account.ToLowerHex(), ["gas"] = "0x1", ["gasUsed"] = "0x1", ["input"] = $"0x{selector:x8}",
    };

    private void Traces(Bytes output) => Traces(new JsonObject
    {
        ["type"] = "CALL", ["from"] = A.Account.ToLowerHex(), ["to"] = A.EntryPoint.Address.ToLowerHex(), ["gas"] = "0x1", ["gasUsed"] = "0x1",
        ["error"] = "execution reverted", ["output"] = output.ToString(),
    });

    private void Traces(JsonObject root) => _bench.Chain.Node.On("debug_traceTransaction", _ => root.DeepClone());

    private EntryState? StateOf(MempoolEntry entry) => _bench.Pool.TryGet(entry.UserOpHash, out MempoolEntry? now) ? now.State : null;

    private async Task<StoredTransaction> SignAsync(ulong nonce)
    {
        StoredTransaction bundle = LedgerTransactions.Signed(nonce, [.. _entries.Select(entry => entry.Operation)]);
        await _bench.Submissions.AddAsync(bundle, Fence.Sole, default);
        return bundle;
    }

    private async Task<StoredTransaction> RevertAsync(ulong nonce = 0)
    {
        StoredTransaction bundle = await SignAsync(nonce);
        _bench.Chain.MineSigned(bundle, success: false, [.. _entries.Select(entry => entry.Operation)]);
        await _bench.FollowAsync();
        TransactionReceipt receipt = (await new EthClient(_bench.Chain.Node).GetTransactionReceiptAsync(bundle.TransactionHash, default))!;
        await _bench.Settlement.MinedAsync(new SubmissionOutcome.Mined(bundle.BundleId, A.EntryPoint.Address, bundle.UserOpHashes, receipt), default);
        return bundle;
    }
}
