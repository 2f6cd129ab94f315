using System.Text.Json;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Submission;

/// <summary>The submission room against a real node: what it calls refused, replaced and cancelled is what we take it for.</summary>
public sealed class SubmissionTests
{
    private static readonly TimeSpan _mining = Eventually.Patience;

    private static readonly DevAccount _account = DevAccounts.All[1];
    private static readonly MempoolEntry _entry = A.Entry(
        A.UserOperation() with { MaxFeePerGas = 100_000_000_000, MaxPriorityFeePerGas = 50_000_000_000 });

    private MemorySubmissionStore _store = new();
    private readonly ManualTimeProvider _clock = new();
    private AnvilProcess _anvil = null!;
    private ServiceProvider _services = null!;
    private HttpTransport _transport = null!;

    private FlightBoard Board => _services.GetRequiredService<FlightBoard>();

    private Mempool Pool => _services.GetRequiredService<Mempools>()[A.EntryPoint.Address];

    [SetUp]
    public async Task Begin()
    {
        _store = new MemorySubmissionStore();
        _anvil = await AnvilProcess.StartAsync();
        _transport = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        _services = Services();
        Pool.Restore(_entry);
        await HeadAsync();
        await Board.RecoverAsync(CancellationToken.None);
        await Board.OnTickAsync(CancellationToken.None);
    }

    [TearDown]
    public async Task End()
    {
        await _services.DisposeAsync();
        _transport.Dispose();
        await _anvil.DisposeAsync();
    }

    [Test]
    public async Task A_bundle_is_mined()
    {
        Bundle bundle = await SubmitAsync();

        await EndedAsync(bundle);

        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.Mined, (Hash32?)_store.Transactions.Single().TransactionHash)));
    }

    [Test]
    public async Task While_nothing_is_mined_it_is_replaced_and_then_one_version_is_mined()
    {
        await _anvil.RpcAsync("evm_setAutomine", false);
        Bundle bundle = await SubmitAsync();
        for (int i = 0; i < 18; i++)
        {
            await PassAsync(1);
        }

        StoredTransaction[] versions = [.. _store.Transactions];
        Assert.That(versions, Has.Length.EqualTo(4));
        await _anvil.RpcAsync("evm_mine");
        await HeadAsync();

        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.Mined, (Hash32?)versions[^1].TransactionHash)));
        Assert.That(await NonceAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_bundle_whose_operation_is_gone_is_cancelled()
    {
        await _anvil.RpcAsync("evm_setAutomine", false);
        Bundle bundle = await SubmitAsync();
        await Pool.RemoveAsync([_entry.UserOpHash], OperationState.Dropped, _ => "gone", null, CancellationToken.None);
        await PassAsync(1);
        await _anvil.RpcAsync("evm_mine");
        await HeadAsync();

        StoredTransaction cancellation = _store.Transactions[^1];
        Assert.That(cancellation.IsCancellation, Is.True);
        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.NonceTaken, (Hash32?)cancellation.TransactionHash)));
    }

    [Test]
    public async Task A_foreign_transaction_of_the_same_key_takes_the_nonce_and_the_next_bundle_goes_on_behind_it()
    {
        await _anvil.RpcAsync("evm_setAutomine", false);
        Bundle bundle = await SubmitAsync();
        await SendForeignAsync(nonce: 0);
        await _anvil.RpcAsync("evm_mine");
        for (int i = 0; i < 8; i++)
        {
            await PassAsync(1);
        }

        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.NonceTaken, (Hash32?)null)));
        await _anvil.RpcAsync("evm_setAutomine", true);
        Pool.Release([_entry.UserOpHash]);
        await PassAsync(40);
        Bundle next = await SubmitAsync();
        await EndedAsync(next);
        Assert.That(_store.EndOf(next.Id)!.Value.End, Is.EqualTo(BundleEnd.Mined));
        Assert.That(_store.Transactions[^1].Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task A_nonce_that_is_used_already_gives_the_bundle_back_at_once()
    {
        await SendForeignAsync(nonce: 0);
        await Eventually.Async(async () => await NonceAsync() == 1, _mining, "the foreign transaction is mined");
        Bundle bundle = await SubmitAsync();

        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.NonceTaken, (Hash32?)null)));
    }

    [Test]
    public async Task After_a_restart_the_bundle_is_taken_up_and_mined_once()
    {
        await _anvil.RpcAsync("evm_setAutomine", false);
        Bundle bundle = await SubmitAsync();
        await _services.DisposeAsync();
        _services = Services();
        Pool.Restore(_entry);
        await HeadAsync();
        await Board.RecoverAsync(CancellationToken.None);
        await Board.OnTickAsync(CancellationToken.None);
        await _anvil.RpcAsync("evm_mine");
        await HeadAsync();

        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.Mined, (Hash32?)_store.Transactions.Single().TransactionHash)));
        Assert.That(await NonceAsync(), Is.EqualTo(1));
    }

    private ServiceProvider Services()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton(new EthClient(_transport));
        services.AddSingleton(new DebugClient(_transport));
        services.AddSingleton<WaitingForFees>();
        services.AddSingleton(new ChainProfile { Name = "dev", ChainId = 1337, EntryPoints = [], Development = true, RiskAllowanceWei = 0 });
        services.AddSingleton(new ServedEntryPoints([A.EntryPoint]));
        services.AddSingleton(_ => Guards.Around(1337, new LocalKeySigner(PrivateKey.Parse(_account.PrivateKey))));
        services.AddSingleton<ISubmissionStore>(_store);
        services.AddSingleton(Duties.Sole);
        services.AddSingleton<ILedgerStore>(new MemoryLedgerStore());
        services.AddSingleton<IMempoolStore>(new MemoryMempoolStore());
        services.AddSingleton(Options.Create(new GasOptions()));
        services.AddSingleton(Options.Create(new PoolOptions()));
        services.AddSingleton<HeadFeed>();
        services.AddSingleton<PriceFloor>();
        services.AddSingleton<FeeOracle>();
        services.AddSingleton<OperationFeed>();
        services.AddSingleton<Mempools>();
        services.AddSubmission(new ConfigurationBuilder().Build());
        return services.BuildServiceProvider();
    }

    /// <summary>handleOps of nothing: it succeeds, and here only the way of the transaction matters.</summary>
    private async Task<Bundle> SubmitAsync()
    {
        SignerLease lease = _services.GetRequiredService<SignerPool>().TryLease() ?? throw new InvalidOperationException("no signer is free");
        Bundle bundle = new()
        {
            Id = Guid.NewGuid(),
            EntryPoint = A.EntryPoint,
            Entries = Pool.Take([_entry.UserOpHash]),
            CallData = A.EntryPoint.Bundles.EncodeHandleOps([], A.Account),
            GasAtRisk = 200_000,
            HasStrangers = false,
            GasLimit = 200_000,
            ExpectedGasUsed = 50_000,
            ExpectedGasCharged = 60_000,
            LowestTip = _entry.Operation.MaxPriorityFeePerGas,
            LowestMaxFee = _entry.Operation.MaxFeePerGas,
            Authorizations = [],
        };
        Board.Add(new LeasedBundle(bundle, lease));
        await Board.ActAsync(CancellationToken.None);
        return bundle;
    }

    private async Task SendForeignAsync(ulong nonce)
    {
        using PrivateKey key = PrivateKey.Parse(_account.PrivateKey);
        FeeMarketTransaction transaction = new()
        {
            ChainId = 1337,
            Nonce = nonce,
            GasLimit = 21_000,
            To = DevAccounts.All[5].Address,
            Value = 1,
            MaxFeePerGas = 900_000_000_000,
            MaxPriorityFeePerGas = 900_000_000_000,
        };
        await new EthClient(_transport).SendRawTransactionAsync(transaction.Sign(key.Sign(transaction.SigningHash())).Raw, CancellationToken.None);
    }

    private Task PassAsync(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return Board.OnTickAsync(CancellationToken.None);
    }

    private async Task HeadAsync()
    {
        BlockHeader block = (await new EthClient(_transport).GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        ChainHead head = new(block.Number, block.Hash, block.ParentHash, block.Timestamp, block.BaseFeePerGas ?? 0);
        _services.GetRequiredService<HeadFeed>().Publish(head, _clock.GetUtcNow());
        await _services.GetRequiredService<FeeOracle>().CurrentAsync(CancellationToken.None);
        await Board.OnHeadAsync(CancellationToken.None);
    }

    /// <summary>Looks at heads until the bundle has ended: anvil answers before the block is made.</summary>
    private Task EndedAsync(Bundle bundle) => Eventually.Async(
        async () =>
        {
            await HeadAsync();
            return _store.EndOf(bundle.Id) is not null;
        },
        _mining,
        "the bundle's end is known");

    private async Task<ulong> NonceAsync()
    {
        JsonElement nonce = await _anvil.RpcAsync("eth_getTransactionCount", _account.Address.ToString(), "latest");
        return Hex.DecodeQuantity(nonce.GetString());
    }
}
