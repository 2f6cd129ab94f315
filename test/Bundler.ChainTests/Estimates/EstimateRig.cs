using System.Text.Json;
using Bundler.Contracts;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Estimates;

/// <summary>The gas estimator over a dev chain of its own, and what the chain itself says about limits.</summary>
internal sealed class EstimateRig : IAsyncDisposable
{
    public const ulong ChainId = 1337;

    private const ulong BundleGas = 40_000_000;

    private static readonly Address _bundler = DevAccounts.All[0].Address;
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly AnvilProcess _anvil;
    private readonly HttpTransport _http;
    private readonly PrivateKey _bundlerKey = PrivateKey.Parse(DevAccounts.All[0].PrivateKey);
    private readonly List<PrivateKey> _keys = [];

    private EstimateRig(AnvilProcess anvil, EstimationOptions settings)
    {
        _anvil = anvil;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        Eth = new EthClient(_http);
        Debug = new DebugClient(_http);
        IOptions<GasOptions> gas = Options.Create(new GasOptions());
        IOptions<ValidationOptions> validation = Options.Create(new ValidationOptions());
        ChainProfile chain = new() { Name = "dev", ChainId = ChainId, EntryPoints = [] };
        CountingTransport counting = new(_http, Counter);
        EthClient counted = new(counting);
        DebugClient debug = new(counting);
        TracerProbe probe = new(counted, debug, validation, TimeProvider.System, NullLogger<TracerProbe>.Instance);
        Estimator = new GasEstimator(
            counted,
            new FeeOracle(counted, new HeadFeed(), new PriceFloor(chain, gas, TimeProvider.System), gas),
            new PreVerificationGasPolicy(gas, validation, chain),
            new GasCeiling(chain, new HeadFeed()),
            new EntryPointCode(),
            new DeedTracer(debug, new ProbedTraceSource(probe), validation),
            Options.Create(settings),
            validation);
    }

    public EthClient Eth { get; }

    public DebugClient Debug { get; }

    /// <summary>Counts what the estimator asks, and nothing else.</summary>
    public RequestCounter Counter { get; } = new();

    public GasEstimator Estimator { get; }

    public static async Task<EstimateRig> StartAsync(EstimationOptions? options = null) =>
        new(await AnvilProcess.StartAsync(), options ?? new EstimationOptions());

    public PrivateKey NewKey()
    {
        PrivateKey key = PrivateKey.Generate();
        _keys.Add(key);
        return key;
    }

    /// <summary>A SimpleAccount with an owner of its own; deployed by an operation of its own, if at all.</summary>
    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version, bool deployed = false, bool funded = true)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, version, NewKey());
        if (funded || deployed)
        {
            await FundAsync(wallet.Address);
        }

        if (deployed)
        {
            await HandleAsync(wallet.EntryPoint, wallet.Signed());
        }

        return wallet;
    }

    public Task FundAsync(Address address) => _anvil.RpcAsync("anvil_setBalance", address.ToLowerHex(), "0xde0b6b3a7640000");

    public Task DepositAsync(EntryPoint entryPoint, Address account, UInt256 wei) =>
        SendAsync(entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(account), wei);

    /// <summary>Deploys a contract of test/contracts.</summary>
    public async Task<Address> DeployAsync(string contract, params object[] arguments)
    {
        ContractArtifact artifact = TestContract(contract);
        return await DeployAsync(Bytes.Concat(artifact.Bytecode, AbiEncoder.Encode([.. artifact.Abi.ConstructorInputs.Components.Select(input => input.Type)], arguments)));
    }

    public async Task<Address> DeployAsync(Bytes code) =>
        (await SendAsync(null, code, 0)).ContractAddress ?? throw new InvalidOperationException("nothing was deployed");

    public static ContractArtifact TestContract(string name) =>
        ContractArtifact.Parse(File.ReadAllText(Repo.PathOf($"test/contracts/artifacts/{name}.json")));

    public async Task<TransactionReceipt> SendAsync(Address? to, Bytes data, UInt256 value)
    {
        object transaction = new { from = _bundler.ToLowerHex(), to = to?.ToLowerHex(), data = data.ToString(), value = value.ToQuantity(), gas = "0x989680" };
        TransactionReceipt receipt = await ReceiptAsync(Hash32.Parse((await _anvil.RpcAsync("eth_sendTransaction", transaction)).GetString()!));
        Assert.That(receipt.Success, Is.True, "the transaction that prepares the test");
        return receipt;
    }

    /// <summary>As somebody whose key nobody here has; it may revert.</summary>
    public async Task<TransactionReceipt> SendAsAsync(Address from, Address to, Bytes data)
    {
        await FundAsync(from);
        await _anvil.RpcAsync("anvil_impersonateAccount", from.ToLowerHex());
        object transaction = new { from = from.ToLowerHex(), to = to.ToLowerHex(), data = data.ToString(), gas = "0x100000" };
        return await ReceiptAsync(Hash32.Parse((await _anvil.RpcAsync("eth_sendTransaction", transaction)).GetString()!));
    }

    /// <summary>Mines a bundle of these operations; EIP-7702 tuples make it a type-4 transaction.</summary>
    public async Task<TransactionReceipt> HandleAsync(EntryPoint entryPoint, params UserOperation[] operations)
    {
        Authorization[] tuples = [.. operations.Select(operation => operation.Eip7702Auth).OfType<Authorization>()];
        ulong nonce = await Eth.GetTransactionCountAsync(_bundler, BlockTag.Latest, CancellationToken.None);
        Bytes data = entryPoint.Bundles.EncodeHandleOps(operations, _bundler);
        const ulong Fee = 2_000_000_000;
        Transaction transaction = tuples.Length == 0
            ? new FeeMarketTransaction
            {
                ChainId = ChainId, Nonce = nonce, MaxPriorityFeePerGas = Fee, MaxFeePerGas = Fee, GasLimit = BundleGas, To = entryPoint.Address, Data = data,
            }
            : new SetCodeTransaction
            {
                ChainId = ChainId, Nonce = nonce, MaxPriorityFeePerGas = Fee, MaxFeePerGas = Fee, GasLimit = BundleGas, To = entryPoint.Address, Data = data,
                AuthorizationList = tuples,
            };
        SignedTransaction signed = transaction.Sign(_bundlerKey.Sign(transaction.SigningHash()));
        return await ReceiptAsync(await Eth.SendRawTransactionAsync(signed.Raw, CancellationToken.None));
    }

    /// <summary>What handleOps of a signed operation would do now: its logs; null when it reverts.</summary>
    public async Task<IReadOnlyList<LogEntry>?> SimulateAsync(EntryPoint entryPoint, UserOperation operation)
    {
        Dictionary<string, object> call = new()
        {
            ["from"] = _bundler.ToLowerHex(),
            ["to"] = entryPoint.Address.ToLowerHex(),
            ["data"] = entryPoint.Bundles.EncodeHandleOps([operation], _bundler).ToString(),
            ["gas"] = UInt256Text(BundleGas),
        };
        Dictionary<string, object> overrides = [];
        if (operation.Eip7702Auth is { } tuple)
        {
            overrides[operation.Sender.ToLowerHex()] = new { code = HandleOpsCall.DelegationCode(tuple.Address).ToString() };

            // As if the transaction's tuple had touched the sender.
            call["accessList"] = new[] { new { address = operation.Sender.ToLowerHex(), storageKeys = Array.Empty<string>() } };
        }

        object payload = new { blockStateCalls = new[] { new { stateOverrides = overrides, calls = new[] { call } } } };
        JsonElement answer = (await _anvil.RpcAsync("eth_simulateV1", payload, "latest"))[0].GetProperty("calls")[0];
        return answer.GetProperty("status").GetString() == "0x1" ? [.. answer.GetProperty("logs").EnumerateArray().Select(Log)] : null;
    }

    public async ValueTask DisposeAsync()
    {
        _keys.ForEach(key => key.Dispose());
        _bundlerKey.Dispose();
        _http.Dispose();
        await _anvil.DisposeAsync();
    }

    private async Task<TransactionReceipt> ReceiptAsync(Hash32 hash)
    {
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await Eth.GetTransactionReceiptAsync(hash, CancellationToken.None)) is not null, _deadline, "the receipt");
        return receipt!;
    }

    private static string UInt256Text(UInt256 value) => value.ToQuantity();

    private static LogEntry Log(JsonElement json) => LogEntry.Read(json);
}
