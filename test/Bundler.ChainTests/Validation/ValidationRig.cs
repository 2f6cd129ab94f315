using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Validation;

/// <summary>The room of validation over a dev chain of its own.</summary>
internal sealed class ValidationRig : IAsyncDisposable
{
    /// <summary>More than any bundle of a test takes.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly AnvilProcess _anvil;
    private readonly HttpTransport _http;
    private readonly List<PrivateKey> _keys = [];

    private ValidationRig(AnvilProcess anvil, ValidationOptions settings)
    {
        _anvil = anvil;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        CountingTransport counting = new(_http, Counter);
        Eth = new EthClient(counting);
        Debug = new DebugClient(counting);
        IOptions<ValidationOptions> options = Options.Create(settings);
        Chain = new ChainProfile { Name = "dev", ChainId = 1337, EntryPoints = [] };
        State = new StateReader(Eth, TimeProvider.System, NullLogger<StateReader>.Instance);
        Facts = new FactReader(State);
        Traces = new ProbedTraceSource(new TracerProbe(Eth, Debug, options, TimeProvider.System, NullLogger<TracerProbe>.Instance));
        StakePolicy stakes = new(Chain);
        Bundles = new BundleValidator(Traces, Eth, Debug, stakes, TimeProvider.System);
        CodeReader codes = new(State);
        AggregatorDesk aggregators = new(Eth, options);
        AltMempools altMempools = new(options);
        ValidatorWith = rules =>
            new OperationValidator(Traces, State, codes, stakes, aggregators, altMempools, Chain, options, TimeProvider.System) { Rules = rules };
        Validator = ValidatorWith(RuleSet.All);
    }

    public RequestCounter Counter { get; } = new();

    public EthClient Eth { get; }

    public DebugClient Debug { get; }

    public ChainProfile Chain { get; }

    public StateReader State { get; }

    public FactReader Facts { get; }

    public ITraceSource Traces { get; }

    public OperationValidator Validator { get; }

    /// <summary>A validator with other rules.</summary>
    public Func<RuleSet, OperationValidator> ValidatorWith { get; }

    public BundleValidator Bundles { get; }

    public AnvilProcess Anvil => _anvil;

    public static async Task<ValidationRig> StartAsync(ValidationOptions? options = null) =>
        new(await AnvilProcess.StartAsync(), options ?? new ValidationOptions());

    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version, ulong salt, bool funded = true)
    {
        PrivateKey owner = PrivateKey.Parse(DevAccounts.All[1].PrivateKey);
        _keys.Add(owner);
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, version, owner, salt);
        if (funded)
        {
            await FundAsync(wallet.Address);
        }

        return wallet;
    }

    public Task FundAsync(Address address) => _anvil.RpcAsync("anvil_setBalance", address.ToLowerHex(), "0xde0b6b3a7640000");

    /// <summary>Includes operations by a plain handleOps from a dev account.</summary>
    /// <returns>The gas used.</returns>
    public Task<ulong> IncludeAsync(EntryPoint entryPoint, params UserOperation[] operations) =>
        SendAsync(entryPoint.Address, entryPoint.Bundles.EncodeHandleOps(operations, DevAccounts.All[0].Address), "0x0");

    public async Task<ulong> SendAsync(Address to, Bytes data, string value)
    {
        object transaction = new
        {
            from = DevAccounts.All[0].Address.ToLowerHex(),
            to = to.ToLowerHex(),
            data = data.ToString(),
            value,
            gas = "0x4c4b40",
        };
        Hash32 hash = Hash32.Parse((await _anvil.RpcAsync("eth_sendTransaction", transaction)).GetString()!);
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await Eth.GetTransactionReceiptAsync(hash, CancellationToken.None)) is not null, Eventually.Patience, "the receipt");
        Assert.That(receipt!.Success, Is.True, "the transaction that prepares the test");
        return receipt.GasUsed;
    }

    public async Task<ChainHead> HeadAsync()
    {
        BlockHeader block = (await Eth.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        return new ChainHead(block.Number, block.Hash, block.ParentHash, block.Timestamp, block.BaseFeePerGas ?? UInt256.Zero);
    }

    public async Task<ValidationReport> ExamineAsync(EntryPoint entryPoint, UserOperation operation, params UserOperation[] queuedBefore)
    {
        ValidationFacts facts = await Facts.ReadAsync(entryPoint, operation, CancellationToken.None);
        return await Validator.ExamineAsync(entryPoint, operation, facts, queuedBefore, await HeadAsync(), CancellationToken.None);
    }

    /// <summary>An operation of a plain key whose tuple delegates it to a fresh Simple7702Account.</summary>
    public async Task<(UserOperation Operation, EntryPoint EntryPoint)> DelegatedOperationAsync(EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        Address @delegate = await DeployAsync(
            version == EntryPointVersion.V08 ? "aa08" : "aa09", "Simple7702Account", version == EntryPointVersion.V08 ? null : entryPoint.Address);
        using PrivateKey key = PrivateKey.Parse(DevAccounts.All[5].PrivateKey);
        UserOperation operation = new()
        {
            Sender = key.Address,
            Nonce = 0,
            Factory = Eip7702Marker.Address,
            CallGasLimit = 50_000,
            VerificationGasLimit = 200_000,
            PreVerificationGas = 60_000,
            MaxFeePerGas = 1_000_000_000,
            MaxPriorityFeePerGas = 1_000_000_000,
            Eip7702Auth = Authorization.Sign(key, 1337, @delegate, 0),
        };
        return (operation with { Signature = key.Sign(entryPoint.Hash(operation, 1337, null)).ToBytes() }, entryPoint);
    }

    /// <summary>Deploys an artifact of the contracts' npm packages.</summary>
    public async Task<Address> DeployAsync(string package, string contract, Address? argument)
    {
        await using FileStream file = File.OpenRead(Repo.PathOf($"node_modules/{package}/artifacts/{contract}.json"));
        using JsonDocument artifact = await JsonDocument.ParseAsync(file);
        string code = artifact.RootElement.GetProperty("bytecode").GetString()!;
        object transaction = new
        {
            from = DevAccounts.All[0].Address.ToLowerHex(),
            data = argument is { } word ? code + word.ToWord().ToString()[2..] : code,
            gas = "0x4c4b40",
        };
        Hash32 hash = Hash32.Parse((await _anvil.RpcAsync("eth_sendTransaction", transaction)).GetString()!);
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await Eth.GetTransactionReceiptAsync(hash, CancellationToken.None)) is not null, Eventually.Patience, "the receipt");
        return receipt!.ContractAddress!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        _keys.ForEach(key => key.Dispose());
        _http.Dispose();
        await _anvil.DisposeAsync();
    }
}
