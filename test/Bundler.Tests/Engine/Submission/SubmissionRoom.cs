using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Submission.Signers;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Submission;

/// <summary>One life of the submission room over a node and a store that may outlive it.</summary>
internal sealed class SubmissionRoom : IDisposable
{
    private readonly HeadFeed _heads = new();
    private readonly FeeOracle _fees;

    public SubmissionRoom(IJsonRpcTransport node, MemorySubmissionStore store, SubmissionOptions? options = null, IReadOnlyList<ISigner>? signers = null, int keys = 1, ulong chainId = 1337, ulong allowance = 0, bool isShared = false)
    {
        Eth = new EthClient(node);
        Duties = isShared ? new Duties(Clock) : Duties.Sole;
        Store = store;
        Keyring = Guards.KeyringOf(signers ?? [.. Enumerable.Range(1, keys).Select(key => new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[key].PrivateKey)))]);
        IOptions<SubmissionOptions> submission = Options.Create(options ?? new SubmissionOptions());
        IOptions<GasOptions> gas = Options.Create(new GasOptions());
        ChainProfile chain = new() { Name = "test", ChainId = chainId, EntryPoints = [], BlockTimeSeconds = 0.45 };
        ServedEntryPoints entryPoints = new([A.EntryPoint]);
        Mempools = new Mempools(entryPoints, Options.Create(new PoolOptions()), new MemoryMempoolStore(), new OperationFeed(), Clock);
        Floor = new PriceFloor(chain, gas, Clock);
        _fees = new FeeOracle(Eth, _heads, Floor, gas);
        Signers = new SignerPool(Guards.Around(chainId, Keyring.Signers), Eth, Duties, submission, NullLogger<SignerPool>.Instance, Clock);
        Purse = new RiskPurse(chain with { RiskAllowanceWei = allowance }, new MemoryLedgerStore(), neverReverts: false);
        FlightGround ground = new(
            new SubmissionMachine(SubmissionPolicy.From(submission.Value, chain)),
            new TransactionFactory(chain.ChainId),
            store,
            new PublicSender(Eth),
            Outcomes,
            Floor,
            Purse,
            Duties,
            NullLogger<FlightBoard>.Instance,
            Clock);
        FlightInquiry inquiry = new(Eth, new BareReceipts(Eth, new DebugClient(node), entryPoints), NullLogger<FlightInquiry>.Instance);
        Board = new FlightBoard(ground, Signers, inquiry, new NonceQueue(Signers, Mempools, new WaitingForFees(Clock), Purse), _heads, _fees, chain, entryPoints, Mempools, gas);
        Loop = new SubmissionLoop(Board, Queue, _heads, Duties, NullLogger<SubmissionLoop>.Instance, Clock);
    }

    public EthClient Eth { get; }

    public Duties Duties { get; }

    public PriceFloor Floor { get; }

    public MemorySubmissionStore Store { get; }

    public ManualTimeProvider Clock { get; } = new();

    public Keyring Keyring { get; }

    public Mempools Mempools { get; }

    public Mempool Pool => Mempools[A.EntryPoint.Address];

    public SignerPool Signers { get; }

    public OutcomeQueue Outcomes { get; } = new();

    public SubmissionQueue Queue { get; } = new();

    public RiskPurse Purse { get; }

    public FlightBoard Board { get; }

    public SubmissionLoop Loop { get; }

    /// <summary>The operation number <paramref name="number"/>.</summary>
    public static MempoolEntry Entry(int number, ulong maxFee = 1_000) => A.Entry(
        A.UserOperation() with { Sender = A.AddressOf(number), MaxFeePerGas = maxFee, MaxPriorityFeePerGas = 500 }, sequence: number);

    public static Bundle Bundle(params MempoolEntry[] entries) => new()
    {
        Id = Guid.NewGuid(),
        EntryPoint = A.EntryPoint,
        Entries = entries,
        CallData = A.EntryPoint.Bundles.EncodeHandleOps([.. entries.Select(entry => entry.Operation)], A.Account),
        GasLimit = 500_000,
        GasAtRisk = 200_000,
        HasStrangers = false,
        ExpectedGasUsed = 300_000,
        ExpectedGasCharged = 310_000,
        LowestTip = 500,
        LowestMaxFee = entries.Min(entry => entry.Operation.MaxFeePerGas),
        Authorizations = [],
    };

    /// <summary>What the host does: the pool comes back from its store, then what was in flight, then the loop's first look at the chain.</summary>
    public async Task StartAsync(params MempoolEntry[] pending)
    {
        foreach (MempoolEntry entry in pending)
        {
            Pool.Restore(entry);
        }

        _heads.Publish(new ChainHead(1, Hash32.Zero, Hash32.Zero, 1_000, 20), Clock.GetUtcNow());
        await _fees.CurrentAsync(CancellationToken.None);
        await Board.RecoverAsync(CancellationToken.None);
        await Board.OnTickAsync(CancellationToken.None);
    }

    /// <summary>What bundling does: takes the operations and a signer, and hands both over; <c>null</c> when there is no signer.</summary>
    public async Task<Bundle?> SubmitAsync(params MempoolEntry[] entries)
    {
        if (Signers.TryLease() is not { } lease)
        {
            return null;
        }

        Bundle bundle = Bundle([.. Pool.Take(entries.Select(entry => entry.UserOpHash))]);
        Board.Add(new LeasedBundle(bundle, lease));
        await Board.ActAsync(CancellationToken.None);
        return bundle;
    }

    public async Task HeadAsync(ulong number, ulong baseFee = 20)
    {
        _heads.Publish(new ChainHead(number, Hash32.From(number), Hash32.From(number - 1), 1_000 + number, baseFee), Clock.GetUtcNow());
        await Board.OnHeadAsync(CancellationToken.None);
    }

    public async Task PassAsync(double seconds)
    {
        for (double passed = 0; passed < seconds; passed += 0.5)
        {
            Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Board.OnTickAsync(CancellationToken.None);
        }
    }

    /// <summary>The outcomes so far that nobody has read.</summary>
    public IReadOnlyList<SubmissionOutcome> ReadOutcomes()
    {
        List<SubmissionOutcome> read = [];
        while (Outcomes.TryPeek(out SubmissionOutcome? outcome))
        {
            read.Add(outcome);
            Outcomes.Done();
        }

        return read;
    }

    public void Dispose() => Keyring.Dispose();
}
