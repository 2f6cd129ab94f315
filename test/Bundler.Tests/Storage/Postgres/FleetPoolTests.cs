using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>Three nodes on one PostgreSQL are one pool: what one admits the others know, and the pool's rules hold across them, exactly.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FleetPoolTests
{
    private const int Submissions = 200;
    private const int Nodes = 3;

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private readonly PostgresTestDatabase _place = new();
    private readonly List<FleetCore> _nodes = [];
    private readonly HeardLog _log = new();

    [TearDown]
    public async Task EndAsync()
    {
        foreach (FleetCore node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _place.DisposeAsync();
    }

    [Test]
    public async Task What_one_node_admits_the_others_know_and_tell_their_listeners()
    {
        await StartAsync();
        using OperationSubscription listener = _nodes[1].Feed.Subscribe();

        Hash32 hash = (await _nodes[0].SubmitAsync(A.UserOperation())).Value;

        await Eventually.Async(() => _nodes.TrueForAll(node => node.Knows(hash)), _deadline, "all nodes know the operation");
        Assert.That(_nodes[1].Pool.TryGet(hash, out MempoolEntry? entry) ? entry.State : default, Is.EqualTo(EntryState.Pending));
        Assert.That(entry!.Validation, Is.Not.Null);
        Assert.That((await _nodes[2].Store.FindStatusAsync(hash, default))?.State, Is.EqualTo(OperationState.Pending));
        await _nodes[0].Pool.RemoveAsync([hash], OperationState.Included, _ => null, A.HashOf(1), default);
        await Eventually.Async(() => !_nodes.Exists(node => node.Knows(hash)), _deadline, "no node has the operation any more");
        List<OperationEvent> heard = [];
        while (heard.Count < 2)
        {
            heard.Add(await listener.Events.ReadAsync());
        }

        Assert.That(heard.Select(each => (each.Status.UserOpHash, each.Status.State)), Is.EqualTo(new[] { (hash, OperationState.Pending), (hash, OperationState.Included) }));
        Assert.That(heard.Select(each => each.Sender), Is.All.EqualTo(A.Account));
        Assert.That(heard[1].Status.TransactionHash, Is.EqualTo(A.HashOf(1)));
    }

    [Test]
    public async Task Of_200_with_one_nonce_and_too_small_raises_one_is_admitted()
    {
        await StartAsync();

        // The whole range of fees lies below the least raise.
        Outcome<Hash32>[] outcomes = await SubmitAllAsync(i => A.UserOperation() with { MaxFeePerGas = (UInt256)(2_000_000_000UL + (ulong)i), CallData = Bytes.Own([(byte)i]) });

        Assert.That(outcomes.Count(outcome => outcome.Accepted), Is.EqualTo(1));
        await AssertOnePoolAsync(expected: 1);
    }

    [Test]
    public async Task A_raise_through_another_node_replaces_and_a_small_one_does_not()
    {
        await StartAsync(follows: false);
        Hash32 first = (await _nodes[0].SubmitAsync(A.UserOperation())).Value;

        Outcome<Hash32> small = await _nodes[1].SubmitAsync(A.UserOperation() with { MaxFeePerGas = 2_000_000_001 });
        Outcome<Hash32> raised = await _nodes[2].SubmitAsync(A.UserOperation() with { MaxFeePerGas = 4_000_000_000, MaxPriorityFeePerGas = 2_000_000_000 });

        Assert.That(small.Rejection?.Message, Does.StartWith("replacement underpriced"));
        Assert.That(raised.Accepted, Is.True);
        Assert.That((await _nodes[0].Store.FindStatusAsync(first, default))?.State, Is.EqualTo(OperationState.Replaced));
        Assert.That((await _nodes[0].Store.LoadAsync(default)).Select(stored => stored.UserOpHash), Is.EqualTo(new[] { raised.Value }));
    }

    [Test]
    public async Task UREP_010_of_200_of_one_unstaked_sender_four_are_admitted()
    {
        await StartAsync();

        Outcome<Hash32>[] outcomes = await SubmitAllAsync(i => A.UserOperation() with { Nonce = A.HashOf((ulong)i).ToUInt256() << 64 });

        Assert.That(outcomes.Count(outcome => outcome.Accepted), Is.EqualTo(4));
        await AssertOnePoolAsync(expected: 4);
    }

    [Test]
    public async Task UREP_020_of_200_with_one_unstaked_paymaster_ten_are_admitted()
    {
        await StartAsync();

        Outcome<Hash32>[] outcomes = await SubmitAllAsync(Sponsored);

        Assert.That(outcomes.Count(outcome => outcome.Accepted), Is.EqualTo(10));
        await AssertOnePoolAsync(expected: 10);
    }

    [Test]
    public async Task EREP_010_of_200_with_one_staked_paymaster_as_many_are_admitted_as_its_deposit_pays_for()
    {
        const int paid = 7;
        await StartAsync();
        UInt256 deposit = A.EntryPoint.RequiredPrefund(Sponsored(0)) * paid + 1;

        Outcome<Hash32>[] outcomes = await SubmitAllAsync(Sponsored, A.Staked(A.Paymaster) with { Deposit = deposit });

        Assert.That(outcomes.Count(outcome => outcome.Accepted), Is.EqualTo(paid));
        await AssertOnePoolAsync(expected: paid);
    }

    [Test]
    public async Task What_a_signed_bundle_of_another_node_has_is_neither_replaced_nor_withdrawn()
    {
        await StartAsync(follows: false);
        Hash32 hash = (await _nodes[0].SubmitAsync(A.UserOperation())).Value;
        Hash32 other = (await _nodes[0].SubmitAsync(A.UserOperation() with { Sender = A.AddressOf(9) })).Value;
        await _nodes[1].Changes.LoadAsync(default);
        await _nodes[0].Submissions.AddAsync(Stored.Transaction(1, Guid.NewGuid(), hash), Fence.Sole, default);

        Outcome<Hash32> raised = await _nodes[1].SubmitAsync(A.UserOperation() with { MaxFeePerGas = 4_000_000_000, MaxPriorityFeePerGas = 2_000_000_000 });
        IReadOnlyList<MempoolEntry> dropped = await _nodes[1].Pool.DropAsync([hash, other], _ => "withdrawn", default);

        Assert.That(raised.Rejection?.Message, Does.Contain("already on its way"));
        Assert.That(dropped.Select(entry => entry.UserOpHash), Is.EqualTo(new[] { other }));
        Assert.That((await _nodes[0].Store.LoadAsync(default)).Select(stored => stored.UserOpHash), Is.EqualTo(new[] { hash }));
    }

    [Test]
    public async Task A_settled_bundle_gives_its_operations_back_at_every_node()
    {
        await StartAsync();
        Guid bundle = Guid.NewGuid();
        Hash32 hash = (await _nodes[0].SubmitAsync(A.UserOperation())).Value;
        await _nodes[0].Submissions.AddAsync(Stored.Transaction(1, bundle, hash), Fence.Sole, default);
        await Eventually.Async(() => _nodes[1].Pool.InFlight().Count == 1, _deadline, "the other node knows that it is in a bundle");

        await _nodes[0].Submissions.CloseAsync(bundle, BundleEnd.Abandoned, null, Fence.Sole, default);

        await Eventually.Async(() => _nodes[1].Pool.Candidates(0, 9).Count == 1, _deadline, "it may be bundled again");
    }

    [Test]
    public async Task Reputation_counts_what_all_nodes_saw()
    {
        await StartAsync();
        Address entryPoint = A.EntryPoint.Address;
        for (int i = 0; i < Submissions; i++)
        {
            _nodes[i % Nodes].Reputation.Seen(entryPoint, [A.Paymaster]);
            await _nodes[i % Nodes].Reputation.FlushAsync(default);
        }

        await Eventually.Async(
            () => _nodes.TrueForAll(node => node.Reputation.Get(entryPoint, A.Paymaster).OpsSeen == Submissions), _deadline, "all nodes have counted all of them");
        _nodes[2].Reputation.Ban(entryPoint, A.Paymaster);
        await _nodes[2].Reputation.FlushAsync(default);
        await Eventually.Async(
            () => _nodes.TrueForAll(node => node.Reputation.Status(entryPoint, A.Paymaster) == ReputationStatus.Banned), _deadline, "it is banned everywhere");
    }

    [Test]
    public async Task Counters_that_are_written_at_the_same_time_add_up()
    {
        await StartAsync();
        await Task.WhenAll(_nodes.Select(async node =>
        {
            for (int i = 0; i < Submissions; i++)
            {
                node.Reputation.Seen(A.EntryPoint.Address, [A.Paymaster, A.AddressOf(i)]);
                await node.Reputation.FlushAsync(default);
            }
        }));

        await Eventually.Async(
            () => _nodes.TrueForAll(node => node.Reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen == Submissions * Nodes), _deadline, "nothing is lost or counted twice");
    }

    [Test]
    public async Task A_listening_connection_that_is_killed_is_repaired_and_nothing_is_loaded_anew()
    {
        await StartAsync();
        Hash32 before = (await _nodes[0].SubmitAsync(A.UserOperation())).Value;
        await Eventually.Async(() => _nodes.TrueForAll(node => node.Knows(before)), _deadline, "all listen");
        PostgresCluster cluster = await PostgresCluster.SharedAsync();
        await Eventually.Async(
            async () => (await cluster.ExecuteAsync(
                PostgresCluster.Database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN bundler_changes%' AND pid <> pg_backend_pid()")) is >= 1L,
            _deadline, "their connections are killed");
        Hash32 after = (await _nodes[0].SubmitAsync(A.UserOperation() with { Sender = A.AddressOf(1) })).Value;

        await Eventually.Async(() => _nodes.TrueForAll(node => node.Knows(after)), _deadline, "what was stored in between is known");
        await Eventually.Async(() => _log.Count(6012) > 0, _deadline, "a connection listens again");
        Assert.That(_log.Count(6011), Is.Positive);
        Assert.That(_nodes.Select(node => node.Memory.Loads), Is.All.Zero);
    }

    [Test]
    public async Task Who_is_behind_what_is_kept_loads_everything_once()
    {
        await StartAsync(follows: false);
        Hash32[] hashes = [.. (await SubmitAllAsync(i => A.UserOperation() with { Sender = A.AddressOf(i % Nodes), Nonce = (UInt256)(ulong)(i / Nodes) }, count: 9, node: 0)).Select(outcome => outcome.Value)];
        while (await _nodes[0].Changes.TrimAsync(keep: 1, step: 4, default) > 0)
        {
        }

        await _nodes[1].Changes.LoadAsync(default);

        Assert.That(_nodes[1].Memory.Loads, Is.EqualTo(1));
        Assert.That(_nodes[1].Pool.Snapshot().Select(entry => entry.UserOpHash), Is.EquivalentTo(hashes));
        Assert.That(await _nodes[1].Changes.ReadAsync(_nodes[1].Memory.Applied, 9, default), Is.Empty);
    }

    [Test]
    public async Task A_store_that_fails_leaves_the_pool_as_the_store_has_it()
    {
        await StartAsync(follows: false);
        await _nodes[0].SubmitAsync(A.UserOperation());
        await _nodes[1].Database.DisposeAsync();

        Assert.That(async () => await _nodes[1].SubmitAsync(A.UserOperation() with { Sender = A.AddressOf(3) }), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(_nodes[1].Pool.Count, Is.Zero);
    }

    // The answer to its commit was lost, and nobody could be asked in time.
    [Test]
    public async Task What_was_stored_although_its_caller_heard_that_the_store_is_unavailable_is_remembered_all_the_same()
    {
        StorageOptions direct = await _place.OptionsAsync();
        NpgsqlConnectionStringBuilder settings = new(await File.ReadAllTextAsync(direct.ConnectionStringFile));
        await using LossyTunnel tunnel = new(settings.Port);
        settings.Port = tunnel.Port;
        string file = $"{direct.ConnectionStringFile}-doubtful";
        await File.WriteAllTextAsync(file, settings.ConnectionString);
        FleetCore node = await FleetCore.StartAsync(_place, change: options => (options.ConnectionStringFile, options.PatienceSeconds) = (file, 0));
        _nodes.Add(node);

        tunnel.LoseCommit();
        Assert.That(async () => await node.SubmitAsync(A.UserOperation()), Throws.TypeOf<StoreUnavailableException>());

        int stored = (await node.Store.LoadAsync(default)).Count;
        int before = node.Pool.Count;
        await node.Changes.LoadAsync(default);
        int loads = (int)node.Memory.Loads;
        await node.Changes.LoadAsync(default);

        Assert.That((tunnel.Losses, stored, before, node.Pool.Count), Is.EqualTo((1, 1, 0, 1)));
        Assert.That((loads, node.Memory.Loads), Is.EqualTo((1, 1L)), "once");
    }

    private static UserOperation Sponsored(int i) =>
        A.UserOperation() with { Sender = A.AddressOf(i), Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 50_000, PaymasterPostOpGasLimit = 10_000 };

    private async Task StartAsync(bool follows = true)
    {
        for (int i = 0; i < Nodes; i++)
        {
            _nodes.Add(await FleetCore.StartAsync(_place, follows, _log));
        }
    }

    private async Task<Outcome<Hash32>[]> SubmitAllAsync(Func<int, UserOperation> operation, params StakeInfo[] stakes) =>
        await Task.WhenAll(Enumerable.Range(0, Submissions).Select(i => Task.Run(() => _nodes[i % Nodes].SubmitAsync(operation(i), stakes))));

    private async Task<Outcome<Hash32>[]> SubmitAllAsync(Func<int, UserOperation> operation, int count, int node) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => _nodes[node].SubmitAsync(operation(i))));

    /// <summary>The store and every node's memory have the same operations, so many.</summary>
    private async Task AssertOnePoolAsync(int expected)
    {
        Hash32[] stored = [.. (await _nodes[0].Store.LoadAsync(default)).Select(operation => operation.UserOpHash)];
        Assert.That(stored, Has.Length.EqualTo(expected));
        await Eventually.Async(
            () => _nodes.TrueForAll(node => node.Pool.Snapshot().Select(entry => entry.UserOpHash).ToHashSet().SetEquals(stored)), _deadline, "all nodes remember what is stored");
        Assert.That(_nodes.Select(node => node.Memory.Loads), Is.All.Zero);
    }

    /// <summary>Counts what was logged.</summary>
    private sealed class HeardLog : ILogger<SqlDatabase>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<int> _events = [];

        public int Count(int eventId) => _events.Count(id => id == eventId);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _events.Enqueue(eventId.Id);
    }
}
