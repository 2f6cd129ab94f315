using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Engine.Chain;
using Bundler.Engine.Following;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Bundler.Tests.Engine.Admission;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>What makes several nodes one pool, without their chain: database, memory, follower, the pool's rules and the intake.</summary>
internal sealed class FleetCore : IAsyncDisposable
{
    private readonly IReadOnlyList<IAdmissionRule> _rules;
    private readonly PoolIntake _intake;
    private readonly ChangeFollower _follower;

    private FleetCore(StorageOptions options, ILogger<SqlDatabase>? logger)
    {
        Database = new SqlDatabase(new PostgresDialect(options), logger ?? NullLogger<SqlDatabase>.Instance);
        Store = new SqlMempoolStore(Database);
        Submissions = new SqlSubmissionStore(Database);
        Reputation = new ReputationLedger(new SqlReputationStore(Database), new ReputationConstants(), ReputationLists.None);
        ServedEntryPoints entryPoints = new([A.EntryPoint]);
        IOptions<PoolOptions> pool = Options.Create(new PoolOptions());
        Mempools = new Mempools(entryPoints, pool, Store, Feed, TimeProvider.System);
        Memory = new ChangeMemory(Mempools, entryPoints, Reputation, Feed, NullLogger<ChangeMemory>.Instance);
        Changes = new SqlChangeStore(Database);
        StakePolicy stakes = new(A.Chain);
        _rules =
        [
            new NotAlreadyKnown(), new EntitiesInGoodStanding(Reputation), new ReplacementPaysMore(pool), new UnstakedLimits(Reputation, stakes, pool),
            new PaymasterCanPay(), new RolesNotMixed(),
        ];
        _intake = new PoolIntake(Mempools, Reputation, stakes, TimeProvider.System);
        _follower = new ChangeFollower(Changes, Memory, Submissions, Metrics, NullLogger<ChangeFollower>.Instance, TimeProvider.System);
    }

    public SqlDatabase Database { get; }

    public SqlMempoolStore Store { get; }

    public SqlSubmissionStore Submissions { get; }

    public SqlChangeStore Changes { get; }

    public ReputationLedger Reputation { get; }

    public Mempools Mempools { get; }

    public ChangeMemory Memory { get; }

    public OperationFeed Feed { get; } = new();

    public Mempool Pool => Mempools[A.EntryPoint.Address];

    private EngineMetrics Metrics { get; } = new();

    public static async Task<FleetCore> StartAsync(
        PostgresTestDatabase place, bool follows = true, ILogger<SqlDatabase>? logger = null, Action<StorageOptions>? change = null)
    {
        StorageOptions options = await place.OptionsAsync();
        change?.Invoke(options);
        FleetCore core = new(options, logger);
        await core.Database.OpenAsync(default);
        await core._follower.BeginAsync(default);
        await core._follower.AttachAsync(default);
        if (follows)
        {
            await core._follower.StartAsync(default);
        }

        return core;
    }

    /// <summary>As the front door does when validation has passed: the rules before it, and again when the operation is put in.</summary>
    public async Task<Outcome<Hash32>> SubmitAsync(UserOperation operation, params StakeInfo[] stakes)
    {
        AdmissionContext context = AdmissionBench.Of(operation, stakes) with { Head = A.Head(1) };
        return Pool.Ask(Check) is { } rejection ? rejection : await _intake.AddAsync(context, A.Validation(), Check, default);

        Rejection? Check(MempoolView view) => _rules.Select(rule => rule.Check(context with { Pool = view })).FirstOrDefault(rejection => rejection is not null);
    }

    public bool Knows(Hash32 userOpHash) => Pool.TryGet(userOpHash, out _);

    public async ValueTask DisposeAsync()
    {
        await _follower.StopAsync(default);
        _follower.Dispose();
        await Database.DisposeAsync();
        Metrics.Dispose();
    }
}
