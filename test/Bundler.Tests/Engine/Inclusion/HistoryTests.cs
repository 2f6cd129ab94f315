using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>What happened before the index began, and bundles inside other calls.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HistoryTests
{
    private static readonly UserOperation _old = A.UserOperation() with { Sender = A.AddressOf(7) };
    private static readonly UserOperation _older = A.UserOperation() with { Sender = A.AddressOf(6) };

    private readonly InclusionOptions _options = new() { HistoryBlocks = 1_000 };
    private InclusionBench _bench = null!;
    private OperationLookup _lookup = null!;

    private FakeChain Chain => _bench.Chain;

    [SetUp]
    public Task BeginAsync()
    {
        FakeChain chain = new();
        chain.Mine(_older);
        chain.MineEmpty(199);
        chain.Mine(_old);
        chain.MineEmpty(9);
        return BeginAsync(chain);
    }

    /// <summary>The index begins at the chain's head.</summary>
    private async Task BeginAsync(FakeChain chain)
    {
        _bench = await InclusionBench.CreateAsync(chain);
        _lookup = Lookups.On(chain.Node, _bench.Mempools, _bench.PoolStore, _bench.History, _bench.Clock, _options);
    }

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task An_operation_of_before_the_start_is_looked_for_once()
    {
        IncludedOperation? first = await FindAsync(_old);
        IncludedOperation? second = await FindAsync(_old);

        Assert.That(first, Is.Not.Null.And.EqualTo(second));
        Assert.That(await _lookup.FindReceiptAsync(first!, default), Is.Not.Null);
        Assert.That(Chain.Node.CountOf("eth_getLogs"), Is.EqualTo(1));
        JsonElement filter = Chain.Node.ParamsOf("eth_getLogs").Single()[0];
        Assert.That((filter.GetProperty("fromBlock").GetString(), filter.GetProperty("toBlock").GetString()), Is.EqualTo(("0x0", "0x135")));
        Assert.That(filter.GetProperty("topics")[1][0].GetString(), Is.EqualTo(FakeChain.HashOf(_old).ToString()));
    }

    [Test]
    public async Task A_range_that_the_node_refuses_is_halved_until_it_takes_it()
    {
        RefuseRangesOver(50);

        IncludedOperation? found = await FindAsync(_old);

        Assert.That(found, Is.Not.Null);
        Assert.That(Ranges(), Is.EqualTo(new ulong[] { 310, 155, 77, 38 }));
    }

    [Test]
    public async Task Once_the_nodes_limit_is_known_it_is_kept_to()
    {
        RefuseRangesOver(50);
        await FindAsync(_old);
        int before = Ranges().Length;

        Assert.That(await FindAsync(_older), Is.Not.Null);

        Assert.That(Ranges()[before..], Is.EqualTo(new ulong[] { 76, 38, 38, 38, 38, 38, 38 }));
    }

    [Test]
    public async Task What_is_not_found_is_not_looked_for_again_for_a_while()
    {
        Hash32 unknown = A.HashOf(1);
        await _lookup.FindIncludedAsync(unknown, default);
        await _lookup.FindIncludedAsync(unknown, default);
        int before = Chain.Node.CountOf("eth_getLogs");
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await _lookup.FindIncludedAsync(unknown, default);

        Assert.That((before, Chain.Node.CountOf("eth_getLogs")), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_search_ends_after_a_bounded_number_of_requests()
    {
        RefuseRangesOver(2);

        Assert.That(() => FindAsync(_older), Throws.TypeOf<HistoryUnknownException>());

        Assert.That(Chain.Node.CountOf("eth_getLogs"), Is.EqualTo(64));
    }

    [Test]
    public async Task A_node_that_refuses_every_range_is_left_alone_for_a_while()
    {
        Chain.Node.Refuses("eth_getLogs", -32601, "no such method");
        Assert.That(() => FindAsync(_old), Throws.TypeOf<HistoryUnknownException>());
        int before = Chain.Node.CountOf("eth_getLogs");

        Assert.That(() => FindAsync(_older), Throws.TypeOf<HistoryUnknownException>());

        Assert.That((before, Chain.Node.CountOf("eth_getLogs")), Is.EqualTo((9, 9)));
    }

    [Test]
    public async Task A_limit_of_the_moment_is_no_answer_and_forgotten_at_once()
    {
        bool isLimited = true;
        Chain.Node.On(
            "eth_getLogs",
            JsonNode? (parameters) => isLimited ? throw new TransportException(TransportFault.HttpStatus, "429") { StatusCode = 429 } : Chain.LogsOf(parameters[0]));
        Assert.That(() => FindAsync(_old), Throws.TypeOf<TransportException>());
        isLimited = false;

        Assert.That(await FindAsync(_old), Is.Not.Null);
    }

    [Test]
    public async Task Strangers_hashes_wait_in_a_short_line()
    {
        TaskCompletionSource go = new();
        Chain.Node.On("eth_getLogs", async (_, _) =>
        {
            await go.Task;
            return new JsonArray();
        });
        Task<IncludedOperation?>[] asked = [.. Enumerable.Range(1, 100).Select(i => _lookup.FindIncludedAsync(A.HashOf((ulong)i), default))];

        Assert.That(asked.Count(task => task.IsFaulted), Is.EqualTo(100 - 16 - 2));
        Assert.That(asked.First(task => task.IsFaulted).Exception!.InnerException, Is.TypeOf<HistoryUnknownException>());
        go.SetResult();
        Assert.That(await Task.WhenAll(asked.Where(task => !task.IsFaulted)), Is.All.Null);
    }

    [Test]
    public async Task Without_history_blocks_nothing_is_looked_for()
    {
        _options.HistoryBlocks = 0;

        Assert.That(await FindAsync(_old), Is.Null);
        Assert.That(Chain.Node.CountOf("eth_getLogs"), Is.Zero);
    }

    [Test]
    public async Task Operations_that_this_node_knows_to_be_pending_or_dropped_are_not_looked_for()
    {
        MempoolEntry pending = await _bench.AdmitAsync(1);
        MempoolEntry dropped = await _bench.AdmitAsync(2);
        await _bench.Pool.RemoveAsync([dropped.UserOpHash], OperationState.Dropped, _ => "for a test", null, default);

        Assert.That(await _lookup.FindIncludedAsync(pending.UserOpHash, default), Is.Null);
        Assert.That(await _lookup.FindIncludedAsync(dropped.UserOpHash, default), Is.Null);
        Assert.That(Chain.Node.CountOf("eth_getLogs"), Is.Zero);
    }

    [TestCase(309UL, OperationState.Included)]
    [TestCase(310UL, OperationState.Final)]
    public async Task The_status_of_an_old_operation_is_that_of_its_block(ulong finalized, OperationState expected)
    {
        Chain.Finalized = finalized;
        Chain.MineEmpty(1);
        await _bench.FollowAsync();
        await _bench.Finality.AdvanceAsync(default);

        Assert.That((await _lookup.FindStatusAsync(FakeChain.HashOf(_old), default))!.State, Is.EqualTo(expected));
    }

    [Test]
    public async Task Back_filling_brings_a_range_into_the_index_and_moves_its_beginning()
    {
        Assert.That(await BackfillAsync(250, 1_000), Is.EqualTo(new BackfillReport(250, 60, 1, Complete: true)));
        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(250));
        Assert.That(await BackfillAsync(0, 249), Is.EqualTo(new BackfillReport(0, 250, 1, Complete: true)));

        Assert.That(await _bench.History.FirstBlockAsync(default), Is.Zero);
        Assert.That(await _bench.History.FindIncludedAsync(FakeChain.HashOf(_older), default), Is.Not.Null);
    }

    [Test]
    public async Task Back_filling_somewhere_below_leaves_the_beginning_where_it_is()
    {
        Assert.That((await BackfillAsync(100, 200)).Operations, Is.EqualTo(1));

        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(310));
    }

    [Test]
    public async Task What_the_index_follows_is_not_read_again() =>
        Assert.That((await BackfillAsync(310, 320), Chain.Node.CountOf("eth_getLogs")), Is.EqualTo((new BackfillReport(310, 0, 0, Complete: true), 0)));

    [Test]
    public async Task Back_filling_that_has_had_enough_says_how_far_it_came_and_goes_on_from_there()
    {
        RefuseRangesOver(50);
        BackfillReport round = await _lookup.BackfillAsync(0, 309, new CancellationToken(canceled: true), default);

        Assert.That((round.Complete, round.Operations, round.From), Is.EqualTo((false, 1, 272UL)));
        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(round.From));
        Assert.That(await BackfillAsync(0, round.From - 1), Is.EqualTo(new BackfillReport(0, round.From, 1, Complete: true)));
    }

    [Test]
    public async Task Back_filling_a_crowded_part_stops_between_blocks()
    {
        FakeChain chain = Chain;
        for (uint i = 0; i < 60; i++)
        {
            chain.Mine(A.UserOperation() with { Sender = A.AddressOf(9), Nonce = i });
        }

        await EndAsync();
        await BeginAsync(chain);
        BackfillReport round = await _lookup.BackfillAsync(0, 1_000, new CancellationToken(canceled: true), default);

        Assert.That((round.Complete, round.Operations, round.Blocks), Is.EqualTo((false, 50, 50UL)));
        Assert.That(await BackfillAsync(0, round.From - 1), Is.EqualTo(new BackfillReport(0, round.From, 11, Complete: true)));
    }

    [Test]
    public async Task A_node_that_gives_no_logs_leaves_the_range_to_be_read()
    {
        RefuseRangesOver(0);

        Assert.That(await BackfillAsync(0, 309), Is.EqualTo(new BackfillReport(310, 0, 0, Complete: false)));
        Assert.That(await _bench.History.FirstBlockAsync(default), Is.EqualTo(310));
    }

    [Test]
    public async Task The_content_of_a_nested_operation_is_read_from_a_trace_once()
    {
        IncludedOperation bare = await NestedAsync();
        Chain.Node.Answers("debug_traceTransaction", Frame(A.Contract, "0x12345678", Frame(A.EntryPoint.Address, Bundle(_older, _nested))));

        IncludedOperation complete = await _lookup.WithContentAsync(bare, default);

        Assert.That(bare.OperationJson, Is.Null);
        Assert.That(OperationJson.Read(A.EntryPoint, complete.OperationJson!.Value), Is.EqualTo(_nested));
        Assert.That((await _bench.History.FindIncludedAsync(bare.UserOpHash, default))!.OperationJson, Is.EqualTo(complete.OperationJson));
    }

    [Test]
    public async Task Calls_that_were_reverted_carry_nothing()
    {
        IncludedOperation bare = await NestedAsync();
        JsonObject reverted = Frame(A.Contract, "0x", Frame(A.EntryPoint.Address, Bundle(_nested)));
        reverted["error"] = "execution reverted";
        Chain.Node.Answers("debug_traceTransaction", Frame(A.Contract, "0x12345678", reverted));

        Assert.That((await _lookup.WithContentAsync(bare, default)).OperationJson, Is.Null);
    }

    [Test]
    public async Task A_node_that_does_not_trace_is_not_asked_every_time()
    {
        IncludedOperation bare = await NestedAsync();
        await _lookup.WithContentAsync(bare, default);
        await _lookup.WithContentAsync(bare, default);

        Assert.That(Chain.Node.CountOf("debug_traceTransaction"), Is.EqualTo(1));
    }

    private static readonly UserOperation _nested = A.UserOperation() with { Sender = A.AddressOf(8), Nonce = 5 };

    private Task<IncludedOperation?> FindAsync(UserOperation operation) => _lookup.FindIncludedAsync(FakeChain.HashOf(operation), default);

    private Task<BackfillReport> BackfillAsync(ulong from, ulong to) => _lookup.BackfillAsync(from, to, enough: default, default);

    private async Task<IncludedOperation> NestedAsync()
    {
        Chain.Mine(A.Contract, _nested);
        await _bench.FollowAsync();
        return (await FindAsync(_nested))!;
    }

    private static string Bundle(params UserOperation[] operations) => A.EntryPoint.Bundles.EncodeHandleOps(operations, A.Account).ToString();

    private static JsonObject Frame(Address to, string input, params JsonNode[] calls) =>
        new() { ["type"] = "CALL", ["to"] = to.ToLowerHex(), ["input"] = input, ["calls"] = new JsonArray(calls) };

    private void RefuseRangesOver(ulong blocks) => Chain.RangeLimit = blocks;

    private ulong[] Ranges() =>
        [.. Chain.Node.ParamsOf("eth_getLogs").Select(parameters =>
            EthereumJson.ReadUInt64(parameters[0].GetProperty("toBlock")) - EthereumJson.ReadUInt64(parameters[0].GetProperty("fromBlock")) + 1)];
}
