using System.Globalization;
using System.Text.Json.Nodes;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Retention;
using Bundler.Testing;
using Bundler.Tests.Storage;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Retention;

/// <summary>A round over a chain whose blocks are a day apart, on a real store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetentionRoundTests
{
    private const ulong Day = 86_400;
    private const ulong Final = 800;

    private readonly SqliteTestDatabase _home = new();
    private readonly FakeNode _node = new();
    private readonly RecordingLogger<RetentionRound> _log = new();
    private readonly EngineMetrics _metrics = new();
    private readonly RetentionOptions _options = new() { StepMilliseconds = 10 };
    private readonly HashSet<Hash32> _forgotten = [];
    private SqlDatabase _database = null!;
    private RetentionRound _round = null!;

    private SqlOperationHistoryStore History => new(_database);

    private SqlMempoolStore Mempool => new(_database);

    [SetUp]
    public async Task BeginAsync()
    {
        _database = _home.Connect();
        await _database.OpenAsync(default);
        EthClient eth = new(_node);
        _node.On("eth_getBlockByNumber", parameters => Header(Hex.DecodeQuantity(parameters[0].GetString()!)))
            .On("eth_getTransactionReceipt", parameters => Receipt(Hash32.Parse(parameters[0].GetString()!)))
            .Answers("eth_getTransactionByHash", null)
            .Answers("eth_getBlockReceipts", null);
        SqlRetentionStore store = new(_database);
        Carriers carriers = new(eth, new ServedEntryPoints([A.EntryPoint]));
        _round = new RetentionRound(
            store, new RetentionChain(eth, History, new CarrierArchive(eth, carriers)), Options.Create(_options), Options.Create(new InclusionOptions()),
            new RetentionMetrics(_metrics), _log, TimeProvider.System);
        foreach ((ulong block, int operation) in new[] { (10ul, 1), (709ul, 2), (710ul, 3), (Final, 4) })
        {
            await History.AddBlockAsync(Stored.Block(Stored.Mark(block), operation), Fence.Sole, default);
        }
    }

    [TearDown]
    public async Task EndAsync()
    {
        _metrics.Dispose();
        await _database.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Test]
    public async Task What_is_older_than_its_age_by_the_chains_clock_goes_with_few_questions()
    {
        await FinalizeAsync();

        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 3, 4 }));
        Assert.That(_node.CountOf("eth_getBlockByNumber"), Is.LessThanOrEqualTo(14), "the final block, the first, and ten halvings");
        Assert.That((await Mempool.FindStatusAsync(Stored.Hash(2), default))!.LeftTo, Is.EqualTo(709));
    }

    [Test]
    public async Task Before_anything_is_final_nobody_is_asked()
    {
        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(_node.Requests, Is.Empty);
    }

    [Test]
    public async Task Nothing_is_left_to_a_node_that_does_not_have_it_unless_the_operator_says_so()
    {
        await FinalizeAsync();
        _forgotten.Add(Stored.Transaction(1));
        await _round.RunAsync(Fence.Sole, default);
        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(_log.Lines.Count(line => line.Text.Contains(Stored.Transaction(1).ToString(), StringComparison.Ordinal)), Is.EqualTo(1), "told once");

        _options.NeedsChain = false;
        await _round.RunAsync(Fence.Sole, default);
        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 3, 4 }));
    }

    [Test]
    public async Task A_node_that_does_not_give_old_blocks_keeps_them_here()
    {
        await FinalizeAsync();
        _node.On("eth_getBlockByNumber", parameters => Hex.DecodeQuantity(parameters[0].GetString()!) is Final ? Header(Final) : null);

        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(_log.Lines.Count(line => line.Text.Contains("does not have block 10,", StringComparison.Ordinal)), Is.EqualTo(1), "5101");
    }

    [Test]
    public async Task A_node_that_has_pruned_old_blocks_keeps_operations_and_nothing_else_here()
    {
        await FinalizeAsync();
        _node.On("eth_getBlockByNumber", parameters => Hex.DecodeQuantity(parameters[0].GetString()!) is Final
            ? Header(Final)
            : throw new JsonRpcException(new JsonRpcError(4444, "pruned history unavailable")));
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds((long)(Final * Day));
        await Mempool.SetStatusAsync([Ended(7, now.AddDays(-731))], default);

        // The first may begin anywhere in the order of the hashes.
        await _round.RunAsync(Fence.Sole, default);
        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(7), default), Is.Null, "forgotten");
    }

    [Test]
    public async Task Each_kind_goes_by_its_own_age()
    {
        await FinalizeAsync();
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds((long)(Final * Day));
        await Mempool.SetStatusAsync(
            [Ended(5, now.AddDays(-91)), Ended(6, now.AddDays(-89)), Ended(7, now.AddDays(-731))], default);

        // The first may begin anywhere in the order of the hashes.
        await _round.RunAsync(Fence.Sole, default);
        await _round.RunAsync(Fence.Sole, default);

        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(7), default), Is.Null, "forgotten");
        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(5), default), Is.Not.Null);
        Assert.That(await CountAsync("SELECT COUNT(*) FROM operation_statuses WHERE state = 5"), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_lost_the_index_stops()
    {
        await FinalizeAsync();

        Assert.That(() => _round.RunAsync(new Fence(DutyNames.Index, "another", 3), default), Throws.TypeOf<LeaseLostException>());
        Assert.That(await InFullAsync(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void Ages_that_contradict_each_other_are_refused()
    {
        RetentionOptionsRules rules = new();

        Assert.That(rules.Validate(null, new RetentionOptions()).Succeeded);
        Assert.That(rules.Validate(null, new RetentionOptions { EndedDays = 89 }).Failed);
        Assert.That(rules.Validate(null, new RetentionOptions { LedgerDays = 89 }).Failed);
    }

    private static OperationStatusRecord Ended(int number, DateTimeOffset at) => Stored.Status(number, OperationState.Dropped, "no") with { At = at };

    private Task FinalizeAsync() => History.FinalizeAsync(0, Final, 64, DateTimeOffset.FromUnixTimeSeconds((long)(Final * Day)), Fence.Sole, default);

    private async Task<int[]> InFullAsync()
    {
        List<int> found = [];
        for (int number = 1; number <= 4; number++)
        {
            if (await History.FindIncludedAsync(Stored.Hash(number), default) is not null)
            {
                found.Add(number);
            }
        }

        return [.. found];
    }

    private Task<long> CountAsync(string sql) =>
        _database.ReadAsync((session, token) => session.Prepare(sql).ReadFirstAsync(row => row.Int64(0), token), default);

    private static JsonObject Header(ulong number) => new()
    {
        ["number"] = Hex.EncodeQuantity(number),
        ["hash"] = Stored.Mark(number).Hash.ToString(),
        ["parentHash"] = Stored.Mark(number).Hash.ToString(),
        ["timestamp"] = Hex.EncodeQuantity(number * Day),
        ["gasLimit"] = "0x1",
        ["gasUsed"] = "0x0",
        ["transactions"] = new JsonArray(),
    };

    private JsonObject? Receipt(Hash32 transaction) => _forgotten.Contains(transaction) ? null : new JsonObject
    {
        ["transactionHash"] = transaction.ToString(),
        ["transactionIndex"] = "0x0",
        ["blockHash"] = Stored.Mark(BlockOf(transaction)).Hash.ToString(),
        ["blockNumber"] = Hex.EncodeQuantity(BlockOf(transaction)),
        ["from"] = A.Account.ToLowerHex(),
        ["to"] = A.Account.ToLowerHex(),
        ["status"] = "0x1",
        ["gasUsed"] = "0x5208",
        ["effectiveGasPrice"] = "0x7",
        ["cumulativeGasUsed"] = "0x5208",
        ["logs"] = new JsonArray(),
    };

    private static ulong BlockOf(Hash32 transaction) =>
        new[] { (1, 10ul), (2, 709ul), (3, 710ul), (4, Final) }.Single(each => Stored.Transaction(each.Item1) == transaction).Item2;
}
