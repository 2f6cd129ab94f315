using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Contracts;
using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc;
using Bundler.Rpc.JsonRpc;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Bundler.Testing;
using Bundler.Tests.Ethereum.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.Tests.Rpc.Methods;

/// <summary>
/// The node's own methods over the real engine, with a scripted Ethereum node, and one operation in every state: pending (nonce 0), bundled (1), final,
/// included and reverted (of account 7), dropped, replaced. The head is block 100 with a base fee of 1 gwei.
/// </summary>
internal sealed class MethodWorld : IAsyncDisposable
{
    public const ulong Head = 100;

    private readonly ServiceProvider _services;

    private MethodWorld(ServiceProvider services) => _services = services;

    public static EntryPoint EntryPointV06 { get; } = EntryPointCatalog.Create(EntryPointVersion.V06, Deployments.EntryPointV06);

    public static EntryPoint EntryPointV08 { get; } = EntryPointCatalog.Create(EntryPointVersion.V08, Deployments.EntryPointV08);

    public static UserOperation Pending { get; } = A.UserOperation();

    public static UserOperation Bundled { get; } = A.UserOperation() with { Nonce = 1 };

    /// <summary>Nobody has sent it yet.</summary>
    public static UserOperation Fresh { get; } = A.UserOperation() with { Nonce = A.Nonce(5, 0) };

    /// <summary>Takes <see cref="Pending"/> back.</summary>
    public static UserOperation Proof { get; } =
        A.UserOperation() with { CallData = Bytes.Empty, CallGasLimit = 0, PreVerificationGas = 0, MaxFeePerGas = 0, MaxPriorityFeePerGas = 0 };

    public static Hash32 BundleTransaction { get; } = Hash32.From(0xb0d1e);

    public static Hash32 Final { get; } = Hash32.From(0xf1a1);

    public static Hash32 Included { get; } = Hash32.From(0x10c1);

    public static Hash32 Reverted { get; } = Hash32.From(0x4e7e);

    public static Hash32 Dropped { get; } = Hash32.From(0xd409);

    public static Hash32 Replaced { get; } = Hash32.From(0x4e91);

    public FakeTraces Traces { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public FakeNode Node { get; } = Scripted();

    public MemoryMempoolStore Store { get; } = new();

    public MemoryHistoryStore History { get; } = new();

    public MemorySubmissionStore Submissions { get; } = new();

    public JsonRpcProcessor Processor => _services.GetRequiredService<JsonRpcProcessor>();

    public MethodCatalog Methods => _services.GetRequiredService<MethodCatalog>();

    public Mempool Pool => _services.GetRequiredService<Mempools>()[A.EntryPoint.Address];

    // Whoever is asked about has code and wei; the EntryPoint knows nobody yet.
    private static readonly FakeState _state = new()
    {
        Others = (Bytes.Parse("0x6000"), 1_000_000_000_000_000_000),
        Calls = (_, data) => Bytes.Own(new byte[EntryPointCalls.GetNonce.Matches(data) ? 32 : 5 * 32]),
    };

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static Hash32 HashOf(UserOperation operation) => A.EntryPoint.Hash(operation, A.Chain.ChainId, null);

    public static async Task<MethodWorld> StartAsync(params (string Key, string Value)[] settings)
    {
        MethodWorld seed = new(null!);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Bundler:Rpc:DebugApi", "true"), new("Bundler:Admission:MinWithdrawalAgeSeconds", "0")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton<TimeProvider>(seed.Clock);
        services.AddSingleton(A.Chain with { BlockTimeSeconds = 1 });
        services.AddSingleton(new ServedEntryPoints([A.EntryPoint, EntryPointV06, EntryPointV08]));
        services.AddSingleton<IJsonRpcTransport>(seed.Node);
        services.AddSingleton<EthClient>();
        services.AddSingleton<DebugClient>();
        services.AddSingleton(new Keyring([]));
        services.AddSingleton(new SignerGuardLimits { ChainId = A.Chain.ChainId, EntryPoints = [], MaxFeePerGas = 1 });
        services.AddSingleton<GuardedKeyring>();
        services.AddSingleton<IMempoolStore>(seed.Store);
        services.AddSingleton<IWaitStore>(new MemoryWaitStore());
        services.AddSingleton<IReputationStore>(new MemoryReputationStore());
        services.AddSingleton<ISubmissionStore>(seed.Submissions);
        services.AddSingleton<ILedgerStore>(new MemoryLedgerStore());
        services.AddSingleton<IOperationHistoryStore>(seed.History);
        services.AddSingleton<ILeaseStore>(new MemoryLeaseStore(seed.Clock) { IsShared = false });
        services.AddSingleton(new NodeSelf("bundler/test", () => ""));
        services.AddSingleton(new NodeDescription("bundler/test"));
        services.AddEngine(configuration);
        services.AddRpc(configuration);
        services.Replace(ServiceDescriptor.Singleton<ITraceSource>(seed.Traces));
        MethodWorld world = new(services.BuildServiceProvider(), seed);
        await world.PopulateAsync();
        return world;
    }

    private MethodWorld(ServiceProvider services, MethodWorld seed)
        : this(services)
    {
        Traces = seed.Traces;
        Clock = seed.Clock;
        Node = seed.Node;
        Store = seed.Store;
        History = seed.History;
        Submissions = seed.Submissions;
    }

    /// <summary>The answer as text; empty when there is none.</summary>
    public Task<string> AskAsync(string body, IRpcConnection? connection = null) => AskAsync(Encoding.UTF8.GetBytes(body), connection);

    /// <summary>The answer as text; empty when there is none.</summary>
    public async Task<string> AskAsync(ReadOnlyMemory<byte> body, IRpcConnection? connection)
    {
        using PooledBuffer answer = new();
        await Processor.ProcessAsync(body, answer, connection, CancellationToken.None);
        return Encoding.UTF8.GetString(answer.WrittenSpan);
    }

    /// <summary>The whole answer to one call.</summary>
    public async Task<JsonElement> CallAsync(string method, params JsonNode?[] parameters)
    {
        JsonObject request = new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) };
        return JsonElement.Parse(await AskAsync(request.ToJsonString()));
    }

    public static JsonNode Json(UserOperation operation) => JsonNode.Parse(OperationJson.Write(A.EntryPoint, operation).Span)!;

    /// <summary>A block includes every operation that comes in from now on, until disposed.</summary>
    public IAsyncDisposable IncludeWhatComes() => new Includer(this);

    /// <summary>A block includes a pending operation.</summary>
    public async Task IncludeAsync(Hash32 userOpHash, ulong block = Head)
    {
        Assert.That(Pool.TryGet(userOpHash, out MempoolEntry? entry), Is.True);
        IncludedOperation operation = Mined(userOpHash, block) with { Sender = entry!.Operation.Sender, Nonce = entry.Operation.Nonce };
        await History.AddBlockAsync(BlockOf(operation), Fence.Sole, CancellationToken.None);
        await Pool.RemoveAsync([userOpHash], OperationState.Included, _ => null, operation.TransactionHash, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static FakeNode Scripted() => new FakeNode()
        .Answers("eth_gasPrice", "0x77359400")
        .Answers("eth_getCode", "0x6000")
        .Answers("eth_getTransactionCount", "0x0")
        .Answers("eth_getBalance", "0xde0b6b3a7640000")
        .On("eth_call", Call);

    private static JsonNode? Call(JsonElement parameters)
    {
        if (FakeState.IsAsked(parameters))
        {
            return _state.Call(parameters);
        }

        JsonElement call = parameters[0];
        Bytes data = Bytes.Parse((call.TryGetProperty("data", out JsonElement named) ? named : call.GetProperty("input")).GetString()!);
        AbiFunction estimate = ContractArtifact.EstimationHelper.Abi.Function("estimate");
        return EntryPointCalls.GetDepositInfo.Matches(data) ? "0x" + new string('0', 64 * 5)
            : estimate.Matches(data) ? AbiEncoder.Encode([.. estimate.Outputs.Components.Select(output => output.Type)], Estimated()).ToString()
            : "0x" + new string('0', data.Length / 32 * 64);
    }

    /// <summary>The answer of the estimating call: 40,000 gas to verify, 30,000 to call.</summary>
    private static object[] Estimated()
    {
        object[] verification = [(UInt256)39_000, (UInt256)40_000, (UInt256)38_000];
        object[] none = [UInt256.Zero, UInt256.Zero, UInt256.Zero];
        object[] call = [(UInt256)29_000, (UInt256)30_000, (UInt256)28_000];
        return
        [
            new object[]
            {
                UInt256.Zero, Bytes.Empty, verification, none, none, call, none, true, false, UInt256.Zero, (UInt256)38_000, UInt256.Zero, (UInt256)1_000_000_000, UInt256.Zero,
                true, true,
            },
        ];
    }

    private async Task PopulateAsync()
    {
        Get<HeadFeed>().Publish(A.Head(Head) with { BaseFeePerGas = 1_000_000_000 }, Clock.GetUtcNow());
        foreach (UserOperation operation in new[] { Pending, Bundled })
        {
            MempoolEntry entry = A.Entry(operation, sequence: Get<Mempools>().NextSequence()) with { AdmittedAtBlock = Head };
            Assert.That((await Pool.AddAsync(entry, _ => null, CancellationToken.None)).Accepted, Is.True);
        }

        Hash32 bundled = HashOf(Bundled);
        Pool.Take([bundled]);
        await Submissions.AddAsync(
            new StoredTransaction(
                new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), BundleTransaction, DevAccounts.All[1].Address, 3, A.EntryPoint.Address, [bundled], Bytes.Parse("0x02"),
                2_000_000_000, 1_000_000_000, IsCancellation: false, Clock.GetUtcNow()),
            Fence.Sole,
            CancellationToken.None);
        await Store.SetStatusAsync(
            [
                new(bundled, OperationState.Bundled, BundleTransaction, null, A.Moment),
                new(Dropped, OperationState.Dropped, null, "its paymaster's deposit is gone", A.Moment),
                new(Replaced, OperationState.Replaced, null, $"replaced by {Included}", A.Moment),
                new(Final, OperationState.Final, Hash32.From(0x7a0 + 80), null, A.Moment),
                new(Included, OperationState.Included, Hash32.From(0x7a0 + 95), null, A.Moment),
            ],
            CancellationToken.None);
        await History.AddBlockAsync(BlockOf(Mined(Final, 80)), Fence.Sole, CancellationToken.None);
        await History.AddBlockAsync(
            BlockOf(Mined(Included, 95), Mined(Reverted, 95) with { Success = false, RevertReason = Bytes.Parse("0x" + RevertText) }), Fence.Sole, CancellationToken.None);
    }

    // Error(string) "no"
    private const string RevertText = "08c379a0" + "0000000000000000000000000000000000000000000000000000000000000020"
        + "0000000000000000000000000000000000000000000000000000000000000002" + "6e6f000000000000000000000000000000000000000000000000000000000000";

    private static IncludedOperation Mined(Hash32 userOpHash, ulong block) => new(
        userOpHash, A.EntryPoint.Address, A.AddressOf(7), 3, null, true, 50_000_000_000, 50_000, null, Bytes.From("[]"u8),
        OperationJson.Write(A.EntryPoint, A.UserOperation() with { Sender = A.AddressOf(7), Nonce = 3 }), Hash32.From(0x7a0 + block), new BlockMark(block, A.HashOf(block)), 1);

    private static IndexedBlock BlockOf(params IncludedOperation[] operations) => new(
        operations[0].Block,
        operations,
        [new IndexedReceipt(operations[0].TransactionHash, Bytes.From(Encoding.UTF8.GetBytes(Samples.Receipt(operations[0].TransactionHash).ToJsonString())))]);

    private sealed class Includer : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly OperationSubscription _events;
        private readonly Task _work;

        public Includer(MethodWorld world)
        {
            _events = world.Get<OperationFeed>().Subscribe();
            _work = RunAsync(world);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _work.ContinueWith(static _ => { }, TaskScheduler.Default);
            _events.Dispose();
            _end.Dispose();
        }

        private async Task RunAsync(MethodWorld world)
        {
            await foreach (OperationEvent happened in _events.Events.ReadAllAsync(_end.Token))
            {
                if (happened.Status.State == OperationState.Pending)
                {
                    await world.IncludeAsync(happened.Status.UserOpHash);
                }
            }
        }
    }
}
