using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

/// <summary>Over a node that refuses every handleOps with a poison operation in it, without a word about which one.</summary>
public sealed class ThirdValidationTests
{
    private static readonly BundlingOptions _options = new() { CheckSeconds = 4, DropAfterFailures = 2 };

    private readonly HashSet<Address> _poison = [];
    private readonly HashSet<Address> _slow = [];
    private readonly List<TimeSpan> _patience = [];
    private ManualTimeProvider _clock = null!;
    private MemoryMempoolStore _store = null!;
    private Mempool _pool = null!;
    private SuspectList _suspects = null!;
    private FakeNode _node = null!;
    private ThirdValidation _third = null!;
    private TimeSpan _runs;
    private bool _standsStill;
    private int _unanswered;

    [SetUp]
    public void SetUp()
    {
        _poison.Clear();
        _slow.Clear();
        _patience.Clear();
        _runs = TimeSpan.Zero;
        _standsStill = false;
        _unanswered = 0;
        _clock = new ManualTimeProvider();
        _store = new MemoryMempoolStore();
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), _store, new OperationFeed(), _clock);
        _node = new FakeNode().On("eth_estimateGas", AnswerAsync).On("eth_blockNumber", BlockNumberAsync);
        EthClient eth = new(_node);
        StakePolicy stakes = new(A.Chain);
        _suspects = new SuspectList(Options.Create(_options), _clock);
        _third = new ThirdValidation(
            new BundleEncoder(new AggregatorDesk(eth, Options.Create(new ValidationOptions()))),
            new BundleValidator(new NoTracer(eth), eth, new DebugClient(_node), stakes, _clock),
            stakes,
            _suspects,
            new Wariness(Options.Create(_options), _clock),
            new PostOpTrial(eth, new EntryPointCode(), Options.Create(new EstimationOptions()), Options.Create(new ValidationOptions())),
            new Penalties(new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None), _suspects, NullLogger<Penalties>.Instance),
            Options.Create(_options),
            _clock,
            NullLogger<ThirdValidation>.Instance);
    }

    [TestCase(1, 9)]
    [TestCase(3, 27)]
    [TestCase(8, 64)]
    public async Task The_others_go_in_the_same_round_however_many_poison_operations_nobody_names(int culprits, int checks)
    {
        MempoolEntry[] crowd = Taken(100);
        MempoolEntry[] poison = [.. crowd.Where((_, i) => i % (100 / culprits) == (50 / culprits)).Take(culprits)];
        _poison.UnionWith(poison.Select(entry => entry.Operation.Sender));

        CheckedBundle? passed = await RunAsync(crowd);

        TestContext.Out.WriteLine($"{culprits} of 100: {_node.CountOf("eth_estimateGas")} checks");
        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes(crowd.Except(poison))));
        Assert.That(_node.CountOf("eth_estimateGas"), Is.LessThanOrEqualTo(checks));
        Assert.That(Suspects(crowd), Is.EqualTo(Hashes(poison)));
    }

    [Test]
    public async Task One_that_fails_alone_often_enough_is_dropped_with_its_reason()
    {
        MempoolEntry[] alone = Taken(1);
        _poison.Add(alone[0].Operation.Sender);

        await RunAsync(alone);
        Assert.That(_pool.Count, Is.EqualTo(1));
        await RunAsync(alone);

        Assert.That(_store.Statuses[alone[0].UserOpHash].Reason, Is.EqualTo("bundle creation failed repeatedly: 0xdeadbeef"));
    }

    [Test]
    public async Task One_that_takes_too_long_is_set_aside_and_the_first_one_is_not_blamed()
    {
        MempoolEntry[] crowd = Taken(16);
        _slow.Add(crowd[11].Operation.Sender);

        CheckedBundle? passed = await RunAsync(crowd);

        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes(crowd.Where((_, i) => i != 11))));
        Assert.That(Suspects(crowd), Is.EqualTo(Hashes([crowd[11]])));
    }

    [Test]
    public async Task Slow_ones_are_found_one_by_one_and_never_tried_with_the_others_again()
    {
        MempoolEntry[] crowd = Taken(16);
        MempoolEntry[] slow = [crowd[3], crowd[13]];
        _slow.UnionWith(slow.Select(entry => entry.Operation.Sender));

        CheckedBundle? passed = await RunAsync(crowd);

        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes(crowd.Except(slow))));
        Assert.That(_node.CountOf("eth_estimateGas"), Is.EqualTo(1 + 16 + 1));

        // New ones among those that are known are weighed before they go with them.
        MempoolEntry[] next = Taken([Of(501, 0), Of(502, 0)]);
        _slow.Add(next[1].Operation.Sender);

        passed = await RunAsync([.. passed.Entries, .. next]);

        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes([.. crowd.Except(slow), next[0]])));
        Assert.That(_node.CountOf("eth_estimateGas"), Is.EqualTo(18 + 2 + 1));
        Assert.That(Suspects([.. crowd, .. next]), Is.EqualTo(Hashes([.. slow, next[1]])));
    }

    [Test]
    public async Task One_that_takes_too_long_alone_is_dropped_with_a_reason_that_says_so()
    {
        MempoolEntry[] alone = Taken(1);
        _slow.Add(alone[0].Operation.Sender);

        await RunAsync(alone);

        Assert.That(
            _store.Statuses[alone[0].UserOpHash].Reason, Is.EqualTo("bundle creation failed repeatedly: validation could not be traced within 4 s"));
    }

    // Its own moment, or what the call does to it: nobody can tell, so it counts less, and it counts.
    [Test]
    public async Task One_beside_which_the_node_stands_still_is_dropped_after_twice_as_many_failures()
    {
        MempoolEntry[] alone = Taken(1);
        _slow.Add(alone[0].Operation.Sender);
        _standsStill = true;
        for (int failures = 1; failures < 2 * _options.DropAfterFailures; failures++)
        {
            await RunAsync(alone);
            Assert.That((failures, _pool.Count), Is.EqualTo((failures, 1)));
        }

        await RunAsync(alone);

        Assert.That(_store.Statuses[alone[0].UserOpHash].Reason, Does.StartWith("bundle creation failed repeatedly: "));
    }

    [Test]
    public async Task Where_all_take_too_long_each_is_weighed_with_an_eighth_of_the_time_as_far_as_there_is_some()
    {
        MempoolEntry[] crowd = Taken(16);
        _slow.UnionWith(crowd.Select(entry => entry.Operation.Sender));

        await RunAsync(crowd);

        // Half a second besides is for the answer's way. Weighing ends when its time is over, and nobody is tried together again.
        Assert.That(_patience.Select(patience => patience.TotalSeconds - 0.5), Is.EqualTo(new[] { 4, 0.5, 0.5, 0.5, 0.5 }));
        Assert.That((Suspects(crowd).Count(), _pool.Count), Is.EqualTo((4, 16)));
    }

    [Test]
    public async Task When_the_time_is_over_what_went_through_goes()
    {
        MempoolEntry[] crowd = Taken(16);
        _runs = TimeSpan.FromSeconds(3);
        _poison.UnionWith([crowd[9].Operation.Sender, crowd[13].Operation.Sender]);

        CheckedBundle? passed = await RunAsync(crowd);

        Assert.That(passed!.Entries, Has.Count.InRange(8, 9));
        Assert.That(_node.CountOf("eth_estimateGas"), Is.EqualTo(3));
        Assert.That(Suspects(crowd), Is.Empty);
    }

    [Test]
    public async Task The_node_is_asked_a_bounded_number_of_times_for_one_bundle()
    {
        MempoolEntry[] crowd = Taken(100);
        _poison.UnionWith(crowd.Where((_, i) => i % 2 == 0).Select(entry => entry.Operation.Sender));

        CheckedBundle? passed = await RunAsync(crowd);

        Assert.That((_node.CountOf("eth_estimateGas"), passed!.Entries.Count), Is.EqualTo((64, 7)));
    }

    [Test]
    public async Task The_second_one_that_is_named_does_not_cost_the_others_their_round()
    {
        MempoolEntry[] crowd = Taken(8);
        _node.On("eth_estimateGas", parameters =>
        {
            int named = Senders(parameters).FindIndex(sender => sender == crowd[2].Operation.Sender || sender == crowd[5].Operation.Sender);
            return named < 0 ? "0x5208" : throw Reverted(EntryPointErrors.FailedOp.Encode((UInt256)(ulong)named, "AA23 reverted"));
        });

        CheckedBundle? passed = await RunAsync(crowd);

        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes(crowd.Where((_, i) => i is not 2 and not 5))));
        Assert.That(_store.Statuses[crowd[5].UserOpHash].Reason, Is.EqualTo("bundle creation: AA23 reverted"));
    }

    [Test]
    public async Task An_operation_that_fails_beside_one_of_another_key_of_its_sender_waits_and_nobody_is_blamed()
    {
        MempoolEntry[] both = Taken([Of(1, 0), A.Entry(A.UserOperation() with { Sender = A.AddressOf(1), Nonce = A.Nonce(7, 0) })]);
        _node.On("eth_estimateGas", parameters =>
            Senders(parameters).Count == 1 ? "0x5208" : throw Reverted(EntryPointErrors.FailedOp.Encode((UInt256)1, "AA21 didn't pay prefund")));

        CheckedBundle? passed = await RunAsync(both);

        Assert.That(Hashes(passed!.Entries), Is.EqualTo(Hashes([both[0]])));
        Assert.That((_pool.Count, Suspects(both).Count()), Is.EqualTo((2, 0)));
    }

    [Test]
    public void A_node_that_answers_nothing_is_nobodys_fault()
    {
        MempoolEntry[] crowd = Taken(4);
        _node.Fails("eth_estimateGas", TransportFault.Timeout).Fails("eth_blockNumber", TransportFault.Timeout);

        Assert.That(() => RunAsync(crowd), Throws.TypeOf<TransportException>());
        Assert.That((_pool.Count, Suspects(crowd).Count()), Is.EqualTo((4, 0)));
    }

    [Test]
    public async Task What_follows_a_dropped_one_is_dropped_with_it_although_it_was_not_tried()
    {
        MempoolEntry[] queue = Taken([Of(1, 0), Of(2, 0), Of(2, 1), Of(3, 0)]);
        _poison.Add(queue[1].Operation.Sender);
        _suspects.FailedAlone(queue[1].UserOpHash);

        await RunAsync(queue[1..3]);

        Assert.That(_pool.Snapshot().Select(entry => entry.UserOpHash), Is.EquivalentTo(new[] { queue[0].UserOpHash, queue[3].UserOpHash }));
    }

    private Task<CheckedBundle?> RunAsync(MempoolEntry[] entries) =>
        _third.RunAsync(_pool, [.. entries], A.Fees, A.Head(1), A.Account, A.Account, CancellationToken.None);

    private MempoolEntry[] Taken(int count) => Taken(LimitBench.Crowd(count));

    private MempoolEntry[] Taken(MempoolEntry[] entries)
    {
        Array.ForEach(entries, _pool.Restore);
        _pool.Take(entries.Select(entry => entry.UserOpHash));
        return entries;
    }

    private IEnumerable<Hash32> Suspects(MempoolEntry[] entries) => Hashes(entries.Where(entry => _suspects.IsSuspect(entry.UserOpHash)));

    private static IEnumerable<Hash32> Hashes(IEnumerable<MempoolEntry> entries) => entries.Select(entry => entry.UserOpHash);

    private static MempoolEntry Of(int sender, ulong nonce) =>
        A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender), Nonce = A.Nonce(0, nonce) });

    private static List<Address> Senders(JsonElement parameters) =>
        [.. A.EntryPoint.Bundles.DecodeOperations(Bytes.Parse(parameters[0].GetProperty("data").GetString()))!.Select(operation => operation.Sender)];

    private async Task<JsonNode?> AnswerAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        List<Address> senders = Senders(parameters);
        _clock.Advance(_runs);
        if (_standsStill)
        {
            await StandStillAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        else if (senders.Exists(_slow.Contains))
        {
            TimeSpan patience = _clock.Waits[^1];
            _patience.Add(patience);
            _clock.Advance(patience);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return senders.Exists(_poison.Contains) ? throw Reverted(Bytes.Parse("0xdeadbeef")) : "0x5208";
    }

    /// <summary>Until our patience is over: half of the time passes, the node is asked for something else and does not answer, and the rest passes.</summary>
    private async Task StandStillAsync()
    {
        int before = Volatile.Read(ref _unanswered);
        await Eventually.Async(() => _clock.Waits.Count == 2, Eventually.Patience, "patience and its half are waited for");
        _clock.Advance(_clock.Waits[0]);
        await Eventually.Async(() => Volatile.Read(ref _unanswered) > before && _clock.Waits.Count == 2, Eventually.Patience, "the node is asked for something else");
        _clock.Advance(_clock.Waits[^1]);
    }

    /// <summary>While the node stands still it answers only what is asked afterwards.</summary>
    private Task<JsonNode?> BlockNumberAsync(JsonElement parameters, CancellationToken cancellationToken) =>
        _standsStill && Interlocked.Increment(ref _unanswered) % 2 == 1 ? new TaskCompletionSource<JsonNode?>().Task : Task.FromResult<JsonNode?>("0x1");

    private static JsonRpcException Reverted(Bytes data) =>
        new(new JsonRpcError(3, "execution reverted", JsonElement.Parse($"\"{data}\"")));
}
