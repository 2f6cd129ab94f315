using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Retention;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Retention;
using Bundler.Testing;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>The inclusion room on a <see cref="FakeChain"/> and a real store; <see cref="RestartAsync"/> is a kill -9.</summary>
internal sealed class InclusionBench : IAsyncDisposable
{
    private readonly SqliteTestDatabase _home = new();
    private readonly ServedEntryPoints _entryPoints = new([A.EntryPoint]);
    private readonly IOptions<InclusionOptions> _options = Options.Create(new InclusionOptions { BlocksPerRequest = 8, RememberedBlocks = 64 });
    private SqlDatabase _database = null!;

    private InclusionBench(FakeChain chain) => Chain = chain;

    public FakeChain Chain { get; }

    public ManualTimeProvider Clock { get; } = new();

    public IMempoolStore PoolStore { get; private set; } = null!;

    public FailingHistory History { get; private set; } = null!;

    public ISubmissionStore Submissions { get; private set; } = null!;

    /// <summary>What moves old operations out of <see cref="History"/>.</summary>
    public IRetentionStore Retention => new SqlRetentionStore(_database);

    public ILedgerStore Ledger { get; private set; } = null!;

    public OperationFeed Feed { get; private set; } = null!;

    public Mempools Mempools { get; private set; } = null!;

    public Mempool Pool => Mempools[A.EntryPoint.Address];

    public ReputationLedger Reputation { get; private set; } = null!;

    public SuspectList Suspects { get; private set; } = null!;

    public RiskPurse Purse { get; private set; } = null!;

    public TrackRecord Record { get; private set; } = null!;

    public BundleSettlement Settlement { get; private set; } = null!;

    public BundleRemains Remains { get; private set; } = null!;

    public UnjudgedBundles Unjudged { get; private set; } = null!;

    public ChainIndex Index { get; private set; } = null!;

    public PoolChanges Changes { get; private set; } = null!;

    public Finality Finality { get; private set; } = null!;

    public static async Task<InclusionBench> CreateAsync(FakeChain? chain = null)
    {
        InclusionBench bench = new(chain ?? new FakeChain());
        await bench.OpenAsync();
        return bench;
    }

    /// <summary>As the node after a crash: memory is gone, what is stored is not.</summary>
    public async Task RestartAsync(bool validated = true)
    {
        await _database.DisposeAsync();
        await OpenAsync();
        if (validated)
        {
            Validate();
        }
    }

    /// <summary>What was restored has passed a validation again.</summary>
    public void Validate()
    {
        foreach (MempoolEntry entry in Pool.Ask(view => view.Restored().ToArray()))
        {
            Pool.Revalidated(entry.UserOpHash, A.Validation());
        }
    }

    /// <summary>What the inclusion loop does on a head.</summary>
    public async Task FollowAsync()
    {
        await Index.CheckForkAsync(Chain.Head, default);
        await Index.CatchUpAsync(Chain.Head.Number, default);
    }

    public async Task<MempoolEntry> AdmitAsync(int sender, ulong nonce = 0) => await AdmitAsync(A.UserOperation() with { Sender = A.AddressOf(sender), Nonce = nonce });

    public async Task<MempoolEntry> AdmitAsync(UserOperation operation)
    {
        MempoolEntry entry = A.Entry(operation, sequence: Mempools.NextSequence());
        await Pool.AddAsync(entry, _ => null, default);
        Reputation.Seen(A.EntryPoint.Address, entry.Entities.Select(entity => entity.Address));
        return entry;
    }

    public async Task<OperationStatusRecord?> StatusAsync(Hash32 userOpHash) => await PoolStore.FindStatusAsync(userOpHash, default);

    /// <summary>Hashes in the pool, in its memory and in its store, which have to be the same.</summary>
    public async Task<IReadOnlyList<Hash32>> PendingAsync()
    {
        Hash32[] pool = [.. Pool.Snapshot().Select(entry => entry.UserOpHash)];
        Assert.That((await PoolStore.LoadAsync(default)).Select(stored => stored.UserOpHash), Is.EquivalentTo(pool));
        return pool;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _home.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        _database = _home.Connect();
        await _database.OpenAsync(default);
        PoolStore = new SqlMempoolStore(_database);
        History = new FailingHistory(new SqlOperationHistoryStore(_database));
        Submissions = new SqlSubmissionStore(_database);
        Ledger = new SqlLedgerStore(_database);
        Feed = new OperationFeed();
        Mempools = new Mempools(_entryPoints, Options.Create(new PoolOptions()), PoolStore, Feed, Clock);
        Reputation = new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
        Suspects = new SuspectList(Options.Create(new BundlingOptions()), Clock);
        BundlingDesk desk = new(
            Mempools, null!, null!, new SubmissionQueue(), new HeadFeed(), new Drain(), Duties.Sole, Options.Create(new BundlingOptions()), NullLogger<BundlingDesk>.Instance);
        Penalties penalties = new(Reputation, Suspects, NullLogger<Penalties>.Instance);
        Purse = new RiskPurse(A.Chain, Ledger, neverReverts: false);
        Record = new TrackRecord(Reputation, new StakePolicy(A.Chain), Clock);
        RevertedBundles reverted = new(
            new RevertInquest(new EthClient(Chain.Node), new DebugClient(Chain.Node), _entryPoints, Ledger, NullLogger<RevertInquest>.Instance),
            Ledger,
            History,
            penalties,
            Suspects,
            new StakePolicy(A.Chain),
            Record,
            NullLogger<RevertedBundles>.Instance);
        OperationNews news = new(PoolStore, Feed, Clock);
        BlockSettlement blocks = new(Mempools, PoolStore, Reputation, Suspects, penalties, Record, news, NullLogger<BlockSettlement>.Instance);
        Remains = new BundleRemains(Mempools, History, Duties.Sole);
        Settlement = new BundleSettlement(
            Mempools, Suspects, new BundleVerdict(reverted, Suspects, penalties, NullLogger<BundleVerdict>.Instance), Remains, desk, Purse, news, NullLogger<BundleSettlement>.Instance);
        Unjudged = new UnjudgedBundles(Mempools, Ledger, Duties.Sole, reverted);
        Reorganisation reorganisation = new(Mempools, _entryPoints, Reputation, PoolStore, Feed, Clock, NullLogger<Reorganisation>.Instance);
        Changes = new PoolChanges();
        EthClient eth = new(Chain.Node);
        Carriers carriers = new(eth, _entryPoints);
        SignerPool signers = new(Guards.Around(1337), eth, Duties.Sole, Options.Create(new SubmissionOptions()), NullLogger<SignerPool>.Instance, Clock);
        EngineMetrics metrics = new();
        Doubts doubts = new(metrics, NullLogger<Doubts>.Instance, Clock);
        Index = new ChainIndex(
            new BelievedBlocks(
                new EventReader(
                    eth, _entryPoints, carriers, new BareReceipts(eth, new DebugClient(Chain.Node), _entryPoints), Ledger, new LedgerBook(_entryPoints), doubts, metrics,
                    NullLogger<EventReader>.Instance),
                new InclusionWitness(Mempools, carriers), doubts, _options),
            new IndexWriter(History, blocks, Changes),
            new IndexRetreat(new ForkSearch(eth, History, _options), History, reorganisation, signers, Changes, Duties.Sole, metrics, NullLogger<IndexRetreat>.Instance),
            new HiddenEvents(History, carriers, NullLogger<HiddenEvents>.Instance),
            History, Duties.Sole, Clock, NullLogger<ChainIndex>.Instance);
        Finality = new Finality(eth, History, Feed, Duties.Sole, _options, NullLogger<Finality>.Instance, Clock);
        await new PoolRecovery(Mempools, _entryPoints, Reputation, PoolStore, History, Clock, NullLogger<PoolRecovery>.Instance).RunAsync(default);
        await Index.StartAsync(Chain.Head, default);
    }
}
